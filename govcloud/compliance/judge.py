"""Rules on a subject: verdicts, waivers, and whether they refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from govcloud.compliance.model import NotEvaluated, Subject
from govcloud.compliance.rule import Answer, Rule, Severity, Stage, Status
from govcloud.province.waivers import Waiver

SEVERITIES: Final[tuple[Severity, ...]] = ("low", "medium", "high", "critical")
WaiverState = Literal["holds", "expired", "self-approved", "no-owner", "no-approver", "not-waivable"]


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one thing.

    `reason` names a sentence of the rule, or is `missing` (not-evaluated; `params` say what was missing), `level`
    (not-applicable to this protection level), `nothing` (nothing here the rule speaks of). `waiver` is the one that
    covers it, also when it does not hold; `waiver_state` says why. `lowered` is set where this one thing weighs less
    than the rule.
    """

    rule: Rule
    stage: Stage
    status: Status
    on: str
    reason: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    key: str = ""
    lowered: Severity | None = None
    waiver: Waiver | None = None
    waiver_state: WaiverState | None = None

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return self.lowered or self.rule.severity

    @property
    def causes(self) -> tuple[str, ...]:
        """What a waiver may name for it: the thing, and the key that caused it, unless several had to."""
        return (self.on,) if self.params.get("more") else (self.on, self.key)


def judge(rules: Iterable[Rule], stage: Stage, subject: Subject) -> list[Verdict]:
    """The verdicts of all rules that look at this stage; every rule says something."""
    return [verdict for rule in rules if rule.check(stage) is not None for verdict in _judge(rule, stage, subject)]


def _judge(rule: Rule, stage: Stage, subject: Subject) -> list[Verdict]:
    check = rule.check(stage)
    if check is None or rule.spares(subject.declaration.grade):
        return [Verdict(rule, stage, "not-applicable", "", "level")]
    verdicts: list[Verdict] = []
    try:
        for answer in check(subject):
            verdicts.append(_verdict(rule, stage, answer))
    except NotEvaluated as missing:
        # what was found wrong before the gap stays wrong, but nothing may pass any more
        failed = [verdict for verdict in verdicts if verdict.status == "fail"]
        return [*failed, Verdict(rule, stage, "not-evaluated", missing.what, "missing", {"what": missing.what})]
    return verdicts or [Verdict(rule, stage, "not-applicable", "", "nothing")]


def _verdict(rule: Rule, stage: Stage, answer: Answer) -> Verdict:
    return Verdict(
        rule, stage, answer.status, answer.on, answer.reason, answer.params, answer.key, lowered=answer.severity
    )


@dataclass(frozen=True)
class Terms:
    """What makes a waiver hold: the day, the severities policy lets waive, the accounts that may ask and approve."""

    today: dt.date
    waivable: Sequence[Severity]
    owners: Collection[str]
    approvers: Collection[str]


def waive(verdicts: Iterable[Verdict], waivers: Sequence[Waiver], tenancy: str, terms: Terms) -> list[Verdict]:
    """The verdicts with the tenancy's waivers applied; only a fail can be waived, and only as policy allows.

    A waiver holds up to and including its last day; after that the fail is a fail again and carries the waiver, so
    that a report can say what expired. An approver who is also the owner approves nothing, and so does one whom nobody
    knows.
    """
    mine = [waiver for waiver in waivers if waiver.tenancy == tenancy]
    states = {waiver: _state(waiver, terms) for waiver in mine}
    return [_waive(verdict, states, terms.waivable) for verdict in verdicts]


def _waive(verdict: Verdict, states: Mapping[Waiver, WaiverState], waivable: Sequence[Severity]) -> Verdict:
    allowed = verdict.severity in waivable
    covering = {w: state if allowed else "not-waivable" for w, state in states.items() if _covers(w, verdict)}
    if verdict.status != "fail" or not covering:
        return verdict
    # a renewal stands beside the one it renews: the one that holds counts, else the latest
    waiver = max(covering, key=lambda w: (covering[w] == "holds", w.until))
    status: Status = "waived" if covering[waiver] == "holds" else "fail"
    return replace(verdict, status=status, waiver=waiver, waiver_state=covering[waiver])


def _covers(waiver: Waiver, verdict: Verdict) -> bool:
    """A waiver names a thing, or what in the request caused it: a flow, for all that follows from it at any stage.

    What only several flows do together follows from none of them.
    """
    return waiver.rule == verdict.rule.id and waiver.resource in (None, *verdict.causes)


def _state(waiver: Waiver, terms: Terms) -> WaiverState:
    if waiver.owner == waiver.approver:
        return "self-approved"
    if waiver.until < terms.today:
        return "expired"
    if waiver.owner not in terms.owners:
        return "no-owner"
    return "holds" if waiver.approver in terms.approvers else "no-approver"


def orphans(verdicts: Sequence[Verdict], waivers: Iterable[Waiver], tenancy: str) -> list[Waiver]:
    """The tenancy's waivers that cover nothing: no fail, waived or not, and nothing that went unread.

    Only the verdicts of all stages together can tell: a rule may hold in the request and fail in the plan.
    """
    mine = [waiver for waiver in waivers if waiver.tenancy == tenancy]
    return [waiver for waiver in mine if not any(_needs(verdict, waiver) for verdict in verdicts)]


def _needs(verdict: Verdict, waiver: Waiver) -> bool:
    """Does the verdict need this waiver, or may it, once what was missing is read?"""
    if verdict.status == "not-evaluated":
        return waiver.rule == verdict.rule.id
    return verdict.status in ("fail", "waived") and _covers(waiver, verdict)


def refusing(verdicts: Iterable[Verdict], refuse_at: Severity) -> list[Verdict]:
    """The failed verdicts that are severe enough to refuse."""
    floor = SEVERITIES.index(refuse_at)
    return [v for v in verdicts if v.status == "fail" and SEVERITIES.index(v.severity) >= floor]
