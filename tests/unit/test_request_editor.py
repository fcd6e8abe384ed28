"""An editor's verdict and the loader's are one: every key of every kind of file, hostile values one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from govcloud.province.kinds import KINDS, every_key
from govcloud.request import fields
from govcloud.request.decode import decode
from govcloud.request.form import Form
from govcloud.request.parse import parse
from govcloud.request.source import Entries, Items, Node, Path_, Scalar, Source, walk
from tests.unit.differing import APART, HOSTILE, Apart
from tests.unit.editor import as_editor, as_key, editor

CASES: Final = Path(__file__).parents[1] / "cases"
SAMPLES: Final = {
    "request": CASES / "leaves/every-key.yaml",
    **{kind: CASES / f"editor/{kind}.yaml" for kind in KINDS if kind != "request"},
}


@cache
def _hostile() -> tuple[tuple[str, Node, Any], ...]:
    """Each hostile value: as written, as the loader's node, as an editor sees it."""
    found = []
    for written in HOSTILE:
        source = parse(f"- {written}", "hostile")
        assert isinstance(source.root, Items), written
        assert not source.problems, written
        found.append((written, source.root.items[0], as_editor(f"- {written}")[0]))
    return tuple(found)


def _forms(kind: str) -> Iterator[tuple[type[Form], Entries]]:
    """Every form that stands in the sample, with its type."""
    root = parse(SAMPLES[kind].read_text("utf-8"), kind).root
    assert root is not None
    for path, node in walk(root):
        spot = fields.spot(KINDS[kind], path)
        if isinstance(node, Entries) and spot and spot.form:
            yield spot.form, node


@cache
def _keys() -> Mapping[tuple[str, type[Form], str], Entries]:
    """Every key of every form once, with a form in which it stands beside what that form cannot do without."""
    found: dict[tuple[str, type[Form], str], Entries] = {}
    for kind in KINDS:
        for form, node in _forms(kind):
            for key in node.entries:
                lean = _lean(node, form, (), key)
                assert isinstance(lean, Entries)
                found.setdefault((kind, form, key), lean)
    return found


def _lean(node: Node, form: Any, path: Path_, key: str = "") -> Node:
    """A node with `key` and what its form cannot do without, and one of everything: small, for it is judged often."""
    if isinstance(node, Items):
        return Items(node.place, [_lean(inner, form, (*path, 0)) for inner in node.items[:1]])
    if not isinstance(node, Entries):
        return node
    spot = fields.spot(form, path)
    known = fields.keys(spot.form) if spot and spot.form else {}
    kept = [k for k in node.entries if k == key or known[k].is_required()] if known else [*node.entries][:1]
    return Entries(node.place, {k: _lean(node.entries[k], form, (*path, k)) for k in kept}, node.keys)


def test_the_samples_have_every_key() -> None:
    for kind in KINDS:
        there = {(form, key) for kind_, form, key in _keys() if kind_ == kind}
        assert {(key.spot.owner, key.path[-1]) for key in every_key(kind)} == there


def _slots(node: Node, form: Any, path: Path_) -> Iterator[tuple[Path_, bool]]:
    """What may be replaced at a path and below, down to the next form: values, and keys that the writer chooses."""
    yield path, False
    spot = fields.spot(form, path)
    inner = [] if spot is None or spot.form else _inside(node)
    for step, value in inner:
        if isinstance(node, Entries):
            yield (*path, step), True
        yield from _slots(value, form, (*path, step))


def _inside(node: Node) -> list[tuple[str | int, Node]]:
    if isinstance(node, Entries):
        return [*node.entries.items()]
    return [*enumerate(node.items)] if isinstance(node, Items) else []


def _with(node: Node, path: Path_, new: Node, key: bool) -> Node:
    """The node with another one at a path, or, for a key, with its text for a key."""
    if not path:
        return new
    step, *rest = path
    if isinstance(node, Items):
        return Items(node.place, [_with(n, (*rest,), new, key) if i == step else n for i, n in enumerate(node.items)])
    assert isinstance(node, Entries)
    if key and not rest:
        assert isinstance(new, Scalar)
        name = {k: new.text if k == step else k for k in node.entries}
        return Entries(
            node.place, {name[k]: v for k, v in node.entries.items()}, dict.fromkeys(name.values(), node.place)
        )
    inner = {k: _with(v, (*rest,), new, key) if k == step else v for k, v in node.entries.items()}
    return Entries(node.place, inner, node.keys)


@cache
def _guessed(text: str) -> Any:
    return as_editor(text)


def _seen(node: Node, hostile: Node, value: Any) -> Any:
    """The node as an editor sees it; the hostile one is known already."""
    if node is hostile:
        return value
    match node:
        case Scalar(text=text, plain=plain):
            return _guessed(text) if plain else text
        case Items(items=items):
            return [_seen(item, hostile, value) for item in items]
        case Entries(entries=entries):
            return {as_key(_guessed(k)): _seen(v, hostile, value) for k, v in entries.items()}


def _verdicts(kind: str, form: type[Form], node: Node, seen: Any) -> tuple[bool, bool, frozenset[str]]:
    """Does the editor accept it, does the loader, and what does the loader say?"""
    _, problems = decode(Source("hostile", node), form)
    return editor(kind, form.__name__).is_valid(seen), not problems, frozenset(p.code for p in problems)


@dataclass(frozen=True)
class _Difference:
    """A value on which editor and loader part, and which of the reasons we know cover it."""

    path: Path_
    is_key: bool
    written: str
    accepted_by: str
    codes: frozenset[str]
    reasons: tuple[Apart, ...]


@cache
def _differences(kind: str, form: type[Form], key: str) -> tuple[_Difference, ...]:
    """Where the two part when a key, or what stands below it, is hostile."""
    whole, found = _keys()[kind, form, key], []
    for path, is_key in _slots(whole.entries[key], form, (key,)):
        for written, hostile, value in _hostile():
            if is_key and not isinstance(hostile, Scalar):
                continue
            node = _with(whole, path, hostile, is_key)
            seen = _seen_key(whole, path, value) if is_key else _seen(node, hostile, value)
            by_editor, by_loader, codes = _verdicts(kind, form, node, seen)
            if by_editor != by_loader:
                who = "editor" if by_editor else "loader"
                reasons = tuple(one for one in APART if one.covers(hostile, value, codes))
                found.append(_Difference(path, is_key, written[:90], who, codes, reasons))
    return tuple(found)


@pytest.mark.parametrize(
    ("kind", "form", "key"), [pytest.param(*one, id=f"{one[0]}-{one[1].__name__}.{one[2]}") for one in _keys()]
)
def test_editor_and_loader_agree(kind: str, form: type[Form], key: str) -> None:
    whole = _keys()[kind, form, key]
    assert _verdicts(kind, form, whole, _seen_alone(whole)) == (True, True, frozenset())
    assert [one for one in _differences(kind, form, key) if not one.reasons] == []


def test_no_reason_to_part_is_listed_in_vain() -> None:
    used = {reason for one in _keys() for difference in _differences(*one) for reason in difference.reasons}
    assert [one.reason for one in APART if one not in used] == []


def _seen_alone(node: Node) -> Any:
    return _seen(node, Scalar(node.place, "", plain=True), None)


def _seen_key(node: Node, path: Path_, value: Any) -> Any:
    """The node as an editor sees it, with a hostile key."""
    seen = _seen_alone(node)
    group = seen
    for step in path[:-1]:
        group = group[step]
    group[as_key(value)] = group.pop(path[-1])
    return seen


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", "~", "x", "2", "true", "[]", "{}", "[{}]", "[[]]", "[~]", "{~: ~}"])
def test_editor_and_loader_agree_on_whole_files(kind: str, text: str) -> None:
    _, problems = decode(parse(text, "whole"), KINDS[kind])
    assert editor(kind).is_valid(as_editor(text)) is (not problems)
