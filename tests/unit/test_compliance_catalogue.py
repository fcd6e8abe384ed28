"""What the rules say of themselves: the facts of the catalogue, and sentences in both languages."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from govcloud.compliance import rules
from govcloud.compliance.judge import SEVERITIES
from govcloud.compliance.rule import Rule, Severity, Words
from govcloud.compliance.rules import RULES
from govcloud.compliance.words import GENERAL


class Facts(NamedTuple):
    """A rule's row in the catalogue of rules."""

    clause: str
    certainty: str
    obligation: str
    mapping: str
    severity: Severity
    levels: tuple[int, ...]
    stages: str


ALL: Final = ()
GRADED: Final = (2, 3)
# a clause not read, or a heading without a number, is left empty; the live stage follows the plan's
CATALOGUE: Final = {
    "GC-MDM-001": Facts("5", "unsure", "应", "direct", "critical", ALL, "request"),
    "GC-MDM-002": Facts("附录", "unsure", "应", "direct", "critical", ALL, "request"),
    "GC-MDM-003": Facts("", "unsure", "应", "direct", "critical", ALL, "request"),
    "GC-MDM-004": Facts("表1", "unsure", "应", "proxy", "high", ALL, "request"),
    "GC-MDM-005": Facts("", "unsure", "应", "proxy", "high", ALL, "request"),
    "GC-LVL-001": Facts("8.1.9.1 a); 7.1.9.1 a)", "likely", "应", "attestation", "high", GRADED, "request"),
    "GC-LVL-003": Facts("8.2.2.1 a); 7.2.2.1 a)", "likely", "应", "direct", "critical", GRADED, "request plan"),
    # the catalogue files it under level 4, which it keeps out: it must look at every level to do so
    "GC-LVL-004": Facts("第五条", "certain", "policy", "direct", "critical", ALL, "request"),
    "GC-DAT-001": Facts("第二十一条", "certain", "应", "direct", "high", ALL, "request"),
    "GC-DAT-002": Facts("第二十一条", "certain", "policy", "proxy", "critical", ALL, "request plan"),
    "GC-LOC-001": Facts("8.2.1.1; 7.2.1.1", "likely", "应", "direct", "critical", GRADED, "request plan"),
    "GC-ZONE-001": Facts("", "unsure", "应", "direct", "high", ALL, "request"),
    "GC-ZONE-003": Facts("8.1.3.1 a); 7.1.3.1 a)", "likely", "应", "direct", "critical", GRADED, "request plan"),
    "GC-ZONE-005": Facts("8.1.4.4 b); 7.1.4.4 b)", "likely", "应", "proxy", "high", GRADED, "request plan"),
    "GC-ZONE-006": Facts("", "unsure", "应", "proxy", "high", GRADED, "request plan"),
    "GC-NET-001": Facts("8.2.2.1 b); 7.2.2.1 b)", "likely", "应", "direct", "critical", GRADED, "plan"),
    "GC-NET-002": Facts("8.2.2.1 b); 7.2.2.1 b)", "likely", "应", "direct", "critical", GRADED, "plan"),
    "GC-NET-003": Facts("8.2.2.1 b); 7.2.2.1 b)", "likely", "应", "direct", "critical", GRADED, "plan"),
    "GC-SG-001": Facts(
        "8.1.3.2 a); 7.1.3.2 a); 8.2.3.1 a); 7.2.3.1 a)", "likely", "应", "direct", "critical", GRADED, "plan"
    ),
    "GC-SG-002": Facts("8.1.4.4 b), c); 7.1.4.4 b), c)", "certain", "应", "direct", "critical", GRADED, "plan"),
    "GC-SG-003": Facts("8.1.3.2 a); 7.1.3.2 a)", "likely", "应", "direct", "critical", GRADED, "plan"),
    "GC-PORT-001": Facts("8.2.2.1 b); 7.2.2.1 b); 8.1.3.1 b)", "likely", "应", "proxy", "critical", GRADED, "plan"),
}


def _facts(rule: Rule) -> Facts:
    stages = " ".join(name for name, check in (("request", rule.request), ("plan", rule.plan)) if check)
    certainty = rule.clause_certainty
    return Facts(rule.clause, certainty, rule.obligation, rule.mapping, rule.severity, rule.levels, stages)


def _sentences(rule: Rule) -> list[Words]:
    return [rule.title, rule.remedy, *rule.reasons.values()]


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_rules_are_the_catalogues() -> None:
    assert {id_: _facts(rule) for id_, rule in RULES.items()} == CATALOGUE


def test_what_keeps_tenancies_apart_holds_at_every_level() -> None:
    """The catalogue asks it of levels 2 and 3; the level is a department's own word, and its neighbours gave none."""
    isolating = {id_ for id_ in RULES if id_.startswith(("GC-NET-", "GC-SG-", "GC-PORT-", "GC-ZONE-"))}
    for id_, rule in RULES.items():
        spared = [grade for grade in range(4) if rule.spares(grade)]
        assert rule.isolates is (id_ in isolating and rule.levels == GRADED), id_
        assert spared == ([1] if rule.levels == GRADED and not rule.isolates else []), id_


def test_file_id_and_table_agree() -> None:
    files = {path.stem for path in Path(rules.__path__[0]).glob("gc_*.py")}
    assert {id_.lower().replace("-", "_") for id_ in RULES} == files
    for id_, rule in RULES.items():
        assert rule.id == id_
        module = getattr(rules, id_.lower().replace("-", "_"))
        assert module.RULE is rule
        assert (module.__doc__ or "").startswith(f"{id_}: ")


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_both_languages_say_the_same(rule: Rule) -> None:
    for words in _sentences(rule):
        assert _fields(words.zh) == _fields(words.en), words
        assert re.search(r"[\u4e00-\u9fff]", words.zh), words
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", words.en), words


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_titles_and_remedies_stand_alone(rule: Rule) -> None:
    assert not any(_fields(text) for words in (rule.title, rule.remedy) for text in words)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_no_rule_takes_a_general_reason_for_its_own(rule: Rule) -> None:
    assert not GENERAL & set(rule.reasons)
    assert rule.severity in SEVERITIES
