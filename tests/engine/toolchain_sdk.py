"""What the installed Python SDK of the OpenStack provider can ask for, read from its sources.

A shape is a type without its name: `string`, `integer`, `number`, `boolean`, `any`, ("array", shape),
("map", shape), or ("object", {property: shape}) with the names that travel over the wire.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SCALARS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "Any": "any"}

Shape = str | tuple[str, "Shape"] | tuple[str, dict[str, "Shape"]]


@dataclass(frozen=True)
class Asked:
    """One resource or function: what a program must give, may give, and gets back."""

    required: frozenset[str]
    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]


def folder() -> Path:
    """The sources of the SDK; it is not imported, which would take seconds."""
    found = importlib.util.find_spec("pulumi_openstack")
    assert found is not None, "the package pulumi-openstack is missing; next: make setup"
    assert found.origin is not None
    return Path(found.origin).parent


def resources() -> dict[str, Asked]:
    """Every type token a resource of the SDK registers."""
    found: dict[str, Asked] = {}
    for file in folder().rglob("*.py"):
        for owner in _classes(file).values():
            for call in _calls(owner, "__init__"):
                token = _token(call)
                if token:
                    arguments = _classes(file)[f"{owner.name}Args"]
                    found[token] = Asked(_required(arguments), _properties(arguments, file), _properties(owner, file))
    return found


def functions() -> dict[str, Asked]:
    """Every token a function of the SDK invokes."""
    found: dict[str, Asked] = {}
    for file in folder().rglob("*.py"):
        results = [c for c in _classes(file).values() if c.name.endswith("Result") and not c.name.startswith("Await")]
        for call in _calls(_tree(file), "invoke"):
            token = _token(call)
            if token:
                inputs: dict[str, Shape] = dict.fromkeys(_arguments(file), "any")
                found[token] = Asked(frozenset(), inputs, _properties(results[0], file))
    return found


def settings() -> Mapping[str, Shape]:
    """What a provider can be configured with."""
    file = folder() / "provider.py"
    return _properties(_classes(file)["ProviderArgs"], file)


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


@cache
def _classes(file: Path) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in _tree(file).body if isinstance(node, ast.ClassDef)}


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def _token(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    text = first.value if isinstance(first, ast.Constant) else ""
    return text if isinstance(text, str) and text.startswith("openstack:") else ""


def _arguments(file: Path) -> Iterator[str]:
    """The names a function sends: __args__['wireName'] = ..."""
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "__args__":
            assert isinstance(node.slice, ast.Constant)
            yield str(node.slice.value)


def _required(arguments: ast.ClassDef) -> frozenset[str]:
    """The wire names of keyword arguments without a default."""
    init = next(n for n in arguments.body if isinstance(n, ast.FunctionDef) and n.name == "__init__")
    pairs = zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True)
    needed = {argument.arg for argument, default in pairs if default is None}
    return frozenset(wire for wire, getter in _getters(arguments).items() if getter.name in needed)


def _getters(owner: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    """The properties of a class by the name that travels: @pulumi.getter(name=...), or the Python name."""
    found: dict[str, ast.FunctionDef] = {}
    for method in (node for node in owner.body if isinstance(node, ast.FunctionDef)):
        for decorator in method.decorator_list:
            call = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(call, ast.Attribute) and call.attr == "getter":
                words = [k.value for k in decorator.keywords] if isinstance(decorator, ast.Call) else []
                wire = words[0].value if words and isinstance(words[0], ast.Constant) else method.name
                found[str(wire)] = method
    return found


def _properties(owner: ast.ClassDef, file: Path) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for wire, getter in _getters(owner).items():
        assert getter.returns is not None, f"{file}: {owner.name}.{wire} has no type"
        found[wire] = _shape(getter.returns, file)
    return found


def _shape(annotation: ast.expr, file: Path) -> Shape:
    if isinstance(annotation, ast.Subscript):
        name = _last_name(annotation.value)
        inner = annotation.slice
        if name == "Sequence":
            return ("array", _shape(inner, file))
        if name == "Mapping":
            assert isinstance(inner, ast.Tuple)
            return ("map", _shape(inner.elts[1], file))
        assert name in {"Input", "Output", "Optional"}, ast.dump(annotation)
        return _shape(inner, file)
    name = str(annotation.value) if isinstance(annotation, ast.Constant) else _last_name(annotation)
    return SCALARS[name] if name in SCALARS else _nested(name, file)


def _nested(name: str, file: Path) -> Shape:
    """The object type `name`: `outputs.SubnetAllocationPool`, or `SubnetAllocationPoolArgs` of _inputs.py."""
    home = file.with_name("outputs.py" if name.startswith("outputs.") else "_inputs.py")
    if file.name in {"outputs.py", "_inputs.py"}:
        home = file
    owner = _classes(home)[name.removeprefix("outputs.")]
    return ("object", _properties(owner, home))


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"outputs.{node.attr}" if _last_name(node.value) == "outputs" else node.attr
    assert isinstance(node, ast.Name), ast.dump(node)
    return node.id
