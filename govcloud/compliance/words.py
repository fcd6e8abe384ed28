"""Rules and verdicts in the language spoken now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from govcloud.compliance.judge import Verdict
from govcloud.compliance.rule import Rule, Words
from govcloud.province.waivers import Waiver
from govcloud.text import language, say

# reasons the judge gives for any rule; all others are the rule's own
GENERAL: Final = frozenset({"missing", "level", "nothing"})


def title(rule: Rule) -> str:
    """What holds where the rule is kept."""
    return _spoken(rule.title)


def remedy(rule: Rule) -> str:
    """What to write instead."""
    return _spoken(rule.remedy)


def message(verdict: Verdict) -> str:
    """What the verdict says of its thing; for a pass that is the rule's title."""
    if not verdict.reason:
        return title(verdict.rule)
    params = {"on": verdict.on, "minimum": min(verdict.rule.levels, default=1), **verdict.params}
    if verdict.reason in GENERAL:
        return say(f"compliance.{verdict.reason}", **params)
    return _spoken(verdict.rule.reasons[verdict.reason], params)


def clause(rule: Rule) -> str:
    """What the rule rests on; a clause's number stands there as fact only where we are sure enough of it."""
    text = say(f"compliance.clause.{rule.clause_certainty}", framework=rule.framework, clause=rule.clause)
    if rule.isolates:
        return say("compliance.clause.isolates", clause=text)
    return say("compliance.clause.policy", clause=text) if rule.obligation == "policy" else text


def waiver(verdict: Verdict) -> str:
    """What the verdict's waiver does, or why it does nothing; an empty string where there is none."""
    if verdict.waiver is None or verdict.waiver_state is None:
        return ""
    severity = say(f"compliance.severity.{verdict.severity}")
    return say(f"compliance.waiver.{verdict.waiver_state}", severity=severity, **dict(verdict.waiver))


def orphan(waiver: Waiver) -> str:
    """That a waiver covers nothing."""
    return say("compliance.waiver.orphaned", rule=waiver.rule, until=waiver.until)


def _spoken(words: Words, params: Mapping[str, object] | None = None) -> str:
    text = words.zh if language() == "zh" else words.en
    return text.format_map(params or {})
