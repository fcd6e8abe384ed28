"""Rules and verdicts in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import get_args

import pytest

from govcloud.compliance import words
from govcloud.compliance.judge import SEVERITIES, Verdict, WaiverState
from govcloud.compliance.rule import Status
from govcloud.compliance.rules import RULES
from govcloud.province.waivers import Waiver
from govcloud.text import LANGUAGES, Language, say, use_language

WAIVER = Waiver(
    rule="GC-ZONE-005",
    tenancy="t-3f9c2a",
    reason="旧系统改造",
    owner="chenlan",
    approver="wufang",
    until=dt.date(2027, 3, 31),
)
OPEN = Verdict(RULES["GC-SG-002"], "plan", "fail", "front", "open", {"ports": "22"})


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    yield
    use_language("zh")


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "front 对任意地址开放管理端口 22"), ("en", "front opens management ports 22 to the world")],
)
def test_a_finding_names_its_thing(language: Language, said: str) -> None:
    use_language(language)
    assert words.message(OPEN) == said


def test_a_pass_says_what_holds() -> None:
    rule = RULES["GC-NET-001"]
    use_language("en")
    assert words.message(Verdict(rule, "plan", "pass", "data")) == words.title(rule)


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (
            Verdict(RULES["GC-LOC-001"], "plan", "not-evaluated", "region", "missing", {"what": "region"}),
            "not evaluated: it cannot be told from region",
        ),
        (
            Verdict(RULES["GC-LOC-001"], "plan", "not-applicable", "", "level"),
            "for systems of protection level 2 and higher only",
        ),
        (
            Verdict(RULES["GC-NET-002"], "plan", "not-applicable", "", "nothing"),
            "there is nothing here that the rule speaks of",
        ),
    ],
    ids=["missing", "level", "nothing"],
)
def test_general_reasons(verdict: Verdict, said: str) -> None:
    use_language("en")
    assert words.message(verdict) == said


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "GC-SG-002",
            "GB/T 22239-2019 8.1.4.4 b), c); 7.1.4.4 b), c) (clause number certain); on this platform at every level",
        ),
        (
            "GC-NET-001",
            "GB/T 22239-2019 8.2.2.1 b); 7.2.2.1 b) (clause number likely); on this platform at every level",
        ),
        ("GC-LVL-001", "GB/T 22239-2019 8.1.9.1 a); 7.1.9.1 a) (clause number likely)"),
        ("GC-MDM-001", "GB 32100-2015 (clause number unsure)"),
        ("GC-DAT-002", "a rule of this platform, after 数据安全法 第二十一条 (clause number certain)"),
    ],
)
def test_a_clause_is_a_fact_only_when_sure(rule: str, said: str) -> None:
    use_language("en")
    assert words.clause(RULES[rule]) == said


def test_remedies_show_braces_as_written() -> None:
    assert "backup: {policy: daily-30d, offsite: true}" in words.remedy(RULES["GC-DAT-002"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_a_waiver_has_words(language: Language) -> None:
    use_language(language)
    states: tuple[WaiverState, ...] = get_args(WaiverState)
    said = {words.waiver(Verdict(OPEN.rule, "plan", "fail", "x", waiver=WAIVER, waiver_state=s)) for s in states}
    assert len(said | {words.orphan(WAIVER)}) == len(states) + 1
    assert words.waiver(OPEN) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_statuses_and_severities_have_words(language: Language) -> None:
    use_language(language)
    for status in get_args(Status):
        assert say(f"compliance.status.{status}")
    for severity in SEVERITIES:
        assert say(f"compliance.severity.{severity}")
