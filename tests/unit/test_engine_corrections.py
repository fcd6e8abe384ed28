"""What the engine is told of the cloud can be told from what was applied, until it has put it right."""

from __future__ import annotations

from typing import Any, Final

import pytest

from govcloud.engine.corrections import Correction, correct, tellings, undone


def _row(name: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:{name}", "type": "x", "id": name, "inputs": {"size": 2}, "outputs": {"size": 2}, **more}


def _state(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(rows)}}


APPLIED: Final = _state(_row("a"), _row("b", dependencies=["urn:a"]), _row("c"))
CHANGED: Final = Correction("urn:b", values={"size": 1})
GONE: Final = Correction("urn:a", gone=True)


def _said(exported: Any) -> dict[str, Any]:
    return {row["urn"]: (row["inputs"], row["outputs"]) for row in exported["deployment"]["resources"]}


@pytest.mark.parametrize("corrections", [[CHANGED], [GONE], [CHANGED, GONE]])
def test_what_was_applied_is_known_again(corrections: list[Correction]) -> None:
    told = correct(APPLIED, corrections)
    found = tellings(APPLIED, told)
    assert [one.applied["urn"] for one in found] == sorted(one.urn for one in corrections)
    assert _said(undone(told, found)) == _said(APPLIED)


def test_what_the_engine_made_since_is_as_it_made_it() -> None:
    found = tellings(APPLIED, correct(APPLIED, [CHANGED, GONE]))
    made = _state(_row("a", id="another"), _row("b", inputs={"size": 3}), _row("c"))
    assert undone(made, found) is None


def test_nothing_was_told() -> None:
    assert tellings(APPLIED, APPLIED) == []
    assert undone(APPLIED, []) is None


def test_the_telling_that_still_holds_counts() -> None:
    """An apply after one that failed tells of the cloud as it is by then, and may die before it has told it."""
    first, second = (correct(APPLIED, [Correction("urn:b", values={"size": size})]) for size in (1, 5))
    found = [*tellings(APPLIED, second), *tellings(APPLIED, first)]
    assert _said(undone(first, found)) == _said(undone(second, found)) == _said(APPLIED)


def test_what_leaves_is_not_what_came_in_its_place() -> None:
    leaving = _row("b", id="old", delete=True, inputs={"size": 9})
    applied = _state(leaving, _row("b"))
    told = correct(applied, [CHANGED])
    assert undone(told, tellings(applied, told)) == applied
