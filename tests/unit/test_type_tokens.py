"""Type tokens and logical names of the stacks, frozen: they are the identity of what stands.

A component whose token or name changes is another component to the engine, and everything in it would be replaced, with
the data on it. Where that is meant, resources get their old names as aliases, and this table changes with them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from govcloud.engine.steps import KINDS

STACKS: Final = Path(__file__).parents[2] / "stacks"

# component: type token, logical name
COMPONENTS: Final = {
    "Department": ("govcloud:department:Department", "{spec.domain}"),
    "FloatingIp": ("govcloud:iaas:FloatingIp", "address/{spec.machine}"),
    "Network": ("govcloud:iaas:Network", "network/{spec.key}"),
    "Router": ("govcloud:iaas:Router", "router/{spec.zone}"),
    "SecurityGroup": ("govcloud:iaas:SecurityGroup", "group/{spec.key}"),
    "Server": ("govcloud:iaas:Server", "server/{spec.machine}"),
    "ServerGroup": ("govcloud:iaas:ServerGroup", "spread/{spec.key}"),
    "Tenancy": ("govcloud:tenancy:Tenancy", "{spec.tenancy}"),
    "Volume": ("govcloud:iaas:Volume", "volume/{spec.key}"),
}
# component: what it makes in the cloud, with its logical name
RESOURCES: Final = {
    ("Department", "identity.GroupV3", "managers"),
    ("Department", "identity.Project", "domain"),
    ("Department", "identity.RoleAssignment", "managers"),
    ("FloatingIp", "networking.FloatingIp", "address/{spec.machine}"),
    ("Network", "networking.Network", "network/{spec.key}"),
    ("Network", "networking.Subnet", "network/{spec.key}"),
    ("Router", "networking.RbacPolicyV2", "router/{spec.zone}"),
    ("Router", "networking.Router", "router/{spec.zone}"),
    ("Router", "networking.RouterInterface", "router/{spec.zone}/{key}"),
    ("SecurityGroup", "networking.SecGroup", "group/{spec.key}"),
    ("SecurityGroup", "networking.SecGroupRule", "group/{self._key}/{rule.key}"),
    ("Server", "compute.Instance", "server/{spec.machine}"),
    ("Server", "networking.Port", "server/{spec.machine}"),
    ("ServerGroup", "compute.ServerGroup", "spread/{spec.key}"),
    ("Tenancy", "identity.GroupV3", "{group.key}"),
    ("Tenancy", "identity.Project", "{project.layer}"),
    ("Tenancy", "identity.RoleAssignment", "operator-{project.layer}"),
    ("Tenancy", "identity.RoleAssignment", "{group.key}"),
    ("Volume", "blockstorage.Volume", "volume/{spec.key}"),
    ("Volume", "compute.VolumeAttach", "volume/{spec.key}"),
}
_ROOMS: Final = ("identity", "networking", "compute", "blockstorage")


def _components() -> Iterator[ast.ClassDef]:
    for file in sorted(STACKS.rglob("*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and any("ComponentResource" in ast.unparse(base) for base in node.bases):
                yield node


def _calls(tree: ast.AST) -> Iterator[tuple[str, list[ast.expr]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.args


def _is(name: str) -> bool:
    """Is it a resource of the provider that is called here?"""
    return name.partition(".")[0] in _ROOMS and not name.endswith("Args")


def _text(node: ast.expr) -> str:
    """What a name is made of: text as it is, a value as {value}."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values)
    return f"{{{ast.unparse(node)}}}"


def test_components_are_frozen() -> None:
    found = {}
    for component in _components():
        (named,) = [arguments for name, arguments in _calls(component) if name == "super().__init__"]
        found[component.name] = (_text(named[0]), _text(named[1]))
    assert found == COMPONENTS, __doc__


def test_resources_are_frozen() -> None:
    found = {
        (component.name, name, _text(arguments[0]))
        for component in _components()
        for name, arguments in _calls(component)
        if _is(name)
    }
    assert found == RESOURCES, __doc__


def test_nothing_is_made_outside_of_a_component() -> None:
    made = [
        name for file in STACKS.rglob("*.py") for name, _ in _calls(ast.parse(file.read_text("utf-8"))) if _is(name)
    ]
    assert sorted(made) == sorted(name for component in _components() for name, _ in _calls(component) if _is(name))


def test_every_resource_has_a_word_people_use() -> None:
    """A kind without one would show its type token in plans, and its state would be no matter of drift."""
    words = {token.partition(":")[2].partition("/")[0] + "." + token.rpartition(":")[2] for token in KINDS}
    assert {name for _, name, _ in RESOURCES} <= words
