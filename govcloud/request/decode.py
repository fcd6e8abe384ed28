"""From nodes to a model, with every problem at once and each at its place."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final, TypeVar, cast, get_args

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from govcloud.errors import Problem
from govcloud.request import fields
from govcloud.request.near import near
from govcloud.request.source import MERGE, SHOWN, Entries, Items, Node, Path_, Scalar, Source, legible, walk

M = TypeVar("M", bound=BaseModel)
_UNREAD: Final = object()  # stands for a value of which is said already what is wrong with it
MAX_PROBLEMS: Final = 200

# pydantic's error type -> our message, where the two differ only in words
_WORDS: Final = {
    "missing": "input.missing",
    "model_type": "input.expected-mapping",
    "model_attributes_type": "input.expected-mapping",
    "dict_type": "input.expected-mapping",
    "mapping_type": "input.expected-mapping",
    "tuple_type": "input.expected-list",
    "too_short": "input.too-few",
    "literal_error": "input.not-one-of",
}


def decode(source: Source, form: type[M]) -> tuple[M | None, Sequence[Problem]]:
    """The model a source describes, or None, and all problems in the order of the file."""
    if source.root is None:
        return None, source.problems
    problems = list(source.problems)
    if isinstance(source.root, Scalar) and source.root.empty:
        if issubclass(form, RootModel):
            return form.model_validate(()), problems  # a list of which nothing is left
        return None, [*problems, Problem("input.empty-file", {"topic": form.__name__.lower()}, source.root.place)]
    wrong_kind = _wrong_kind(source, form)
    if wrong_kind is not None:
        return None, [*problems, wrong_kind]
    nodes = list(walk(source.root))
    opaque = {path for path, node in nodes if node.opaque}
    empty = {path for path, node in nodes if isinstance(node, Scalar) and node.empty and path not in opaque}
    problems += [
        Problem("input.empty-value", {"key": dotted(path)}, source.place(path), dotted(path)) for path in empty
    ]
    unread = empty | opaque
    merged = {path[:-1] for path, _ in nodes if path[-1:] == (MERGE,)}
    model: M | None = None
    try:
        model = form.model_validate(_data(source.root, unread))
    except ValidationError as error:
        # the first few hundred: wording twenty thousand, each with its near words, takes half a minute
        telling = itertools.islice(_telling(error.errors(), unread, merged), MAX_PROBLEMS + 1)
        problems += [_problem(source, form, detail) for detail in telling]
    return (None if problems else model), in_order(source, problems)


def in_order(source: Source, problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order of the file; of very many the first, and that there are more."""
    told = sorted(problems, key=lambda p: p.place or source.place(()))
    if len(told) > MAX_PROBLEMS:
        told[MAX_PROBLEMS:] = [Problem("input.more", {"limit": MAX_PROBLEMS}, told[MAX_PROBLEMS].place)]
    return told


def dotted(path: Path_) -> str:
    """A path as people write it: iaas.servers.web.volumes, flows[2].to."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{legible(step)}" for step in path)
    return text.removeprefix(".")


def _data(node: Node, unread: Set[Path_], path: Path_ = ()) -> object:
    """The node as plain data; what cannot be read yet is `_UNREAD` there."""
    if path in unread:
        return _UNREAD
    match node:
        case Scalar(text=text):
            return text
        case Items(items=items):
            return [_data(item, unread, (*path, i)) for i, item in enumerate(items)]
        case Entries(entries=entries):
            return {k: _data(v, unread, (*path, k)) for k, v in entries.items()}


def _wrong_kind(source: Source, form: type[BaseModel]) -> Problem | None:
    """A file of another kind is one problem, not fifty."""
    field = form.model_fields.get("kind")
    node = source.node(("kind",))
    if field is None or not isinstance(node, Scalar) or node.empty or node.opaque:
        return None
    (expected,) = get_args(field.annotation)  # a Literal of one word
    if node.text.strip() == expected:
        return None
    return Problem("input.wrong-kind", {"kind": legible(node.text), "expected": expected}, node.place, "kind")


def _telling(details: Sequence[ErrorDetails], unread: Set[Path_], merged: Set[Path_]) -> Iterator[ErrorDetails]:
    """The errors that tell something new.

    Nothing of unread values, nor that a list of bad items is short, nor of keys that a merge may have been to bring.
    """
    parents = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    for detail in details:
        path, kind = detail["loc"], detail["type"]
        known = (kind == "too_short" and path in parents) or (kind == "missing" and path[:-1] in merged)
        if path not in unread and not known:
            yield detail


def _path(source: Source, detail: ErrorDetails) -> tuple[Path_, bool]:
    """The path of an error in the file, and whether the key itself is wrong."""
    path: Path_ = detail["loc"]
    is_key = bool(path) and path[-1] == "[key]"
    path = path[:-1] if is_key else path
    wrong_name = is_key or detail["type"] == "extra_forbidden"
    if detail["type"] != "missing":
        # what a short form was expanded to does not stand in the file
        while path and source.node(path) is None:
            path = path[:-1]
    return path, wrong_name


def _problem(source: Source, form: type[BaseModel], detail: ErrorDetails) -> Problem:
    path, wrong_name = _path(source, detail)
    context: Mapping[str, Any] = detail.get("ctx", {})
    place = source.place(path, key=wrong_name)
    key = dotted(path)
    rule = context.get("rule") or _rule(form, detail["loc"])
    if detail["type"] == "govcloud":
        code = str(context["code"])
        params = {name: value for name, value in context.items() if name not in ("code", "rule")}
    else:
        code = _code(form, path, detail)
        params = dict(_params(form, path, detail))
    # what the writer wrote is cut, what we say of it is not
    written = ("name", "value")
    shown = {n: legible(v, SHOWN if n in written else 2000) if isinstance(v, str) else v for n, v in params.items()}
    return Problem(code, {"key": key or source.file, "topic": _topic(form, path), **shown}, place, key, rule)


def _code(form: type[BaseModel], path: Path_, detail: ErrorDetails) -> str:
    if detail["type"] == "literal_error" and not isinstance(detail["input"], str):
        return "input.expected-text"
    if detail["type"] == "literal_error" and detail["input"].strip() in _choices(form, detail):
        return "input.blank-around"
    if detail["type"] == "extra_forbidden":
        word = str(path[-1])
        if not word.isascii():
            return "input.foreign-key"
        return "input.unknown-key" if near(word, _keys_beside(form, path)) else "input.other-key"
    code = _WORDS[detail["type"]]
    return "input.not-declaration" if code == "input.expected-mapping" and not path else code


def _params(form: type[BaseModel], path: Path_, detail: ErrorDetails) -> Iterator[tuple[str, object]]:
    context: Mapping[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            yield "name", path[-1]
        case "extra_forbidden":
            known = _keys_beside(form, path)
            yield "name", legible(str(path[-1]))
            yield "found", _foreign(str(path[-1]))
            yield "near", ", ".join(near(str(path[-1]), known) or known)
        case "literal_error":
            choices = _choices(form, detail)
            yield "value", detail["input"]
            yield "near", ", ".join(dict.fromkeys([*near(str(detail["input"]), choices), *choices]))
        case "too_short":
            yield "minimum", context["min_length"]


def _topic(form: type[BaseModel], path: Path_) -> str:
    """What `govcloud explain` is asked: without the writer's names and numbers, which a shell may take for patterns."""
    above = [fields.spot(form, path[:length]) for length in range(len(path))]
    return ".".join(str(step) for step, spot in zip(path, above, strict=True) if spot and not spot.is_collection)


def _choices(form: type[BaseModel], detail: ErrorDetails) -> Sequence[str]:
    """The words that may stand where an error is."""
    field = fields.spot(form, detail["loc"])
    return field.choices if field else ()


def _keys_beside(form: type[BaseModel], path: Path_) -> Sequence[str]:
    """The keys that may stand where a path ends."""
    parent = fields.spot(form, path[:-1])
    return list(fields.keys(parent.form)) if parent and parent.form else []


def _foreign(word: str) -> str:
    """The characters of a key that are not ours: a Cyrillic letter looks like one, only its number tells."""
    strange = [c for c in dict.fromkeys(word) if not c.isascii()][:9]
    return ", ".join(f"{c} (U+{ord(c):04X})" if c.isprintable() else f"U+{ord(c):04X}" for c in strange)


def _rule(form: type[BaseModel], path: Path_) -> str | None:
    found = fields.spot(cast("Any", form), path)
    return found.rule if found else None
