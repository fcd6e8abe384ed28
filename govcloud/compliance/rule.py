"""What a rule is: catalogue data, and one small function for each stage it can be judged at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from govcloud.compliance.model import Subject

Severity = Literal["critical", "high", "medium", "low"]
Stage = Literal["request", "plan", "live"]
Status = Literal["pass", "fail", "not-applicable", "not-evaluated", "waived"]


class Words(NamedTuple):
    """A sentence in each language; names in braces are filled in."""

    zh: str
    en: str


@dataclass(frozen=True)
class Answer:
    """What a rule says of one thing: `on` is the thing (a key of the request or a resource).

    `reason` names one of the rule's sentences; a pass needs none. `key` is the path of the request's key that
    caused it, where that differs from `on`; the parameter `more` says how many more had to.
    `severity` is set where this one thing weighs less than the rule.
    """

    status: Literal["pass", "fail", "not-applicable"]
    on: str
    reason: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    key: str = ""
    severity: Severity | None = None


Check = Callable[[Subject], Iterator[Answer]]


@dataclass(frozen=True)
class Rule:
    """A rule of the catalogue.

    `clause_certainty` says how sure we are of the clause's number: only certain and likely ones are printed as fact.
    `levels` are the protection levels its clause asks it of, empty for all. `isolates` where it keeps tenancies apart:
    such a rule holds at every level, for the cloud is shared, a taken machine stands next to everybody's, and the level
    is what a department says of itself; below `levels` it is the platform's own policy. `check` finds the function of a
    stage; the live stage uses the plan's, for both read the same model. `reasons` are its sentences by name, `remedy`
    what to write instead.
    """

    id: str
    framework: str
    clause: str
    clause_certainty: Literal["certain", "likely", "unsure"]
    obligation: Literal["应", "宜", "可", "policy"]
    mapping: Literal["direct", "partial", "proxy", "attestation"]
    severity: Severity
    title: Words
    remedy: Words
    reasons: Mapping[str, Words]
    request: Check | None = None
    plan: Check | None = None
    levels: tuple[int, ...] = ()
    isolates: bool = False

    def spares(self, grade: int) -> bool:
        """Does it ask nothing of a system of this level? One that states none (0) escapes no rule by it."""
        return not self.isolates and 0 < grade < min(self.levels, default=0)

    def check(self, stage: Stage) -> Check | None:
        """The function that judges at `stage`, or None where the rule has nothing to look at there."""
        return self.request if stage == "request" else self.plan


def ok(on: str) -> Answer:
    """It holds for `on`."""
    return Answer("pass", on)


def fail(on: str, reason: str, *, key: str = "", severity: Severity | None = None, **params: object) -> Answer:
    """It does not hold for `on`."""
    return Answer("fail", on, reason, params, key or on, severity)


def not_applicable(reason: str) -> Answer:
    """There is nothing here the rule speaks of."""
    return Answer("not-applicable", "", reason)
