"""Requests as data: tests/cases/request holds texts, and everything that is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from govcloud.errors import Problem
from govcloud.request.load import request_of
from govcloud.request.parse import parse
from govcloud.text import LANGUAGES, next_step, say, use_language

CASES: Final = Path(__file__).parents[1] / "cases/request"
BASE: Final = (CASES / "base.yaml").read_text("utf-8")
TOLD: Final = {"code", "at", "key", "rule"}


def _cases() -> Iterator[Any]:
    for file in sorted(CASES.glob("*.yaml")):
        if file.name != "base.yaml":
            for case in yaml.safe_load(file.read_text("utf-8")):
                yield pytest.param(case, id=f"{file.stem}-{case['name']}")


def _text(case: Mapping[str, Any]) -> str:
    if "input" in case:
        return str(case["input"])
    text = BASE
    for old, new in case["change"].items():
        assert text.count(old) == 1, f"{old!r} should stand once"
        text = text.replace(old, new)
    return text


def _problems(text: str) -> list[Problem]:
    return request_of(parse(text, "request.yaml"))[1]


def test_base_is_right() -> None:
    assert _problems(BASE) == []


@pytest.mark.parametrize("case", list(_cases()))
def test_case(case: Mapping[str, Any]) -> None:
    found = _problems(_text(case))
    expected = case.get("problems", [])
    assert [(p.code, f"{p.place.line}:{p.place.column}" if p.place else "") for p in found] == [
        (p["code"], p["at"]) for p in expected
    ]
    for problem, told in zip(found, expected, strict=True):
        assert problem.key == told.get("key", "")
        assert problem.rule == told.get("rule")
        for name in set(told) - TOLD:
            assert problem.params[name.rstrip("_")] == told[name], name


@pytest.mark.parametrize("case", list(_cases()))
def test_every_problem_of_a_case_can_be_said(case: Mapping[str, Any]) -> None:
    try:
        for language in LANGUAGES:
            use_language(language)
            for problem in _problems(_text(case)):
                said = [say(problem.code, **problem.params), next_step(problem.code, **problem.params)]
                assert all(said)
                assert all(line.isprintable() for line in said)
                assert all(len(line) < 600 for line in said)
    finally:
        use_language("zh")
