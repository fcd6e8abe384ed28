"""Every rule on data: tests/cases/rules/base.yaml keeps all rules, each case changes it and says what follows."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args

import pytest
import yaml

from govcloud.compliance.judge import Verdict, judge
from govcloud.compliance.model import Subject
from govcloud.compliance.rule import Stage, Status
from govcloud.compliance.rules import RULES
from govcloud.compliance.words import GENERAL, message
from govcloud.text import LANGUAGES, use_language

CASES: Final = Path(__file__).parents[1] / "cases/rules"
BASE: Final[Mapping[str, Any]] = yaml.safe_load((CASES / "base.yaml").read_text("utf-8"))
# the worst that a rule says of anything is what it says of the subject
WORST_FIRST: Final[tuple[Status, ...]] = ("fail", "not-evaluated", "pass", "not-applicable")
STAGES: Final[tuple[Stage, ...]] = ("request", "plan")

# what a rule cannot say: its values are always read (not-evaluated), its thing is always there (not-applicable)
NEVER: Final[Mapping[str, frozenset[Status]]] = {
    "GC-MDM-001": frozenset({"not-applicable", "not-evaluated"}),
    "GC-MDM-002": frozenset({"not-evaluated"}),
    "GC-MDM-003": frozenset({"not-evaluated"}),
    "GC-MDM-004": frozenset({"not-evaluated"}),
    "GC-LVL-001": frozenset({"not-evaluated"}),
    "GC-LVL-004": frozenset({"not-applicable"}),
    "GC-DAT-001": frozenset({"not-applicable", "not-evaluated"}),
}

# what a case may say of one verdict (`thing`, for YAML reads a key `on` as true), and all it must and may say
TOLD: Final = {"thing": "on", "reason": "reason", "severity": "severity", "params": "params", "key": "key"}
KEYS: Final = {"name", "stage", "set", "expect"}


def _cases() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for file in sorted(CASES.glob("GC-*.yaml")):
        for case in yaml.safe_load(file.read_text("utf-8")):
            assert KEYS <= set(case) <= KEYS | set(TOLD) | {"also", "boundary"}, (file.name, case)
            yield file.stem, case


ALL: Final = list(_cases())


def _changed(changes: Mapping[str, Any]) -> Subject:
    data = copy.deepcopy(dict(BASE))
    for path, value in changes.items():
        *steps, last = path.split(".")
        parent: Any = data
        for step in steps:
            parent = parent[_index(parent, step)]
        if last == "+":
            parent.extend(value)
        else:
            parent[_index(parent, last)] = value
    return Subject.model_validate(data)


def _index(parent: Any, step: str) -> Any:
    """Where a step leads: a key, a list's index, or the list's item of that name."""
    if not isinstance(parent, list):
        return step
    return int(step) if step.isdigit() else next(i for i, item in enumerate(parent) if item["name"] == step)


def _judged(stage: Stage, changes: Mapping[str, Any]) -> tuple[dict[str, Status], list[Verdict]]:
    """What each rule says of the subject, and all verdicts."""
    verdicts = judge(RULES.values(), stage, _changed(changes))
    said = {verdict.rule.id: {v.status for v in verdicts if v.rule is verdict.rule} for verdict in verdicts}
    return {rule: min(statuses, key=WORST_FIRST.index) for rule, statuses in said.items()}, verdicts


@pytest.mark.parametrize("stage", STAGES)
def test_base_keeps_every_rule(stage: Stage) -> None:
    statuses, _ = _judged(stage, {})
    assert statuses == {rule.id: "pass" for rule in RULES.values() if rule.check(stage)}


@pytest.mark.parametrize(("rule", "case"), ALL, ids=[f"{rule}-{case['stage']}-{case['name']}" for rule, case in ALL])
def test_case(rule: str, case: Mapping[str, Any]) -> None:
    base, _ = _judged(case["stage"], {})
    statuses, verdicts = _judged(case["stage"], case["set"])
    assert statuses[rule] == case["expect"]
    assert {other for other in base if statuses[other] != base[other]} - {rule} == set(case.get("also", ()))
    telling = [v for v in verdicts if v.rule.id == rule and v.status == case["expect"]]
    for key, attribute in TOLD.items():
        telling = [v for v in telling if key not in case or getattr(v, attribute) == case[key]]
    assert telling
    passed = {(v.rule.id, v.on) for v in verdicts if v.status == "pass"}
    assert not passed & {(v.rule.id, v.on) for v in verdicts if v.status == "fail"}, "one thing, one status"
    if case["stage"] == "plan":
        # live resources are judged by the same function
        assert _judged("live", case["set"])[0] == statuses


@pytest.mark.parametrize(("rule", "case"), ALL, ids=[f"{rule}-{case['stage']}-{case['name']}" for rule, case in ALL])
def test_every_verdict_of_a_case_can_be_said(rule: str, case: Mapping[str, Any]) -> None:
    del rule
    _, verdicts = _judged(case["stage"], case["set"])
    try:
        for language in LANGUAGES:
            use_language(language)
            for verdict in verdicts:
                said = message(verdict)
                assert said
                assert "{" not in said
    finally:
        use_language("zh")


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_cases(rule: str) -> None:
    mine = [case for id_, case in ALL if id_ == rule]
    for stage in STAGES:
        if RULES[rule].check(stage):
            here = {case["expect"] for case in mine if case["stage"] == stage}
            assert {"pass", "fail"} <= here, f"{rule} needs a pass and a fail at the {stage} stage"
    expected = set(get_args(Status)) - {"waived"} - NEVER.get(rule, frozenset())
    assert {case["expect"] for case in mine} == expected
    assert any(case.get("boundary") for case in mine), f"{rule} needs a case at its boundary"


@pytest.mark.parametrize("rule", RULES)
def test_every_sentence_of_a_rule_is_said_by_a_case(rule: str) -> None:
    said = set()
    for id_, case in ALL:
        if id_ == rule:
            said |= {v.reason for v in _judged(case["stage"], case["set"])[1] if v.rule.id == rule}
    assert said - {""} - GENERAL == set(RULES[rule].reasons)


def test_every_case_file_is_of_a_rule() -> None:
    assert {rule for rule, _ in ALL} == set(RULES)
