"""A verdict as a plan keeps it: the rule by its id, the line of the request that caused it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from govcloud.compliance.judge import Verdict, WaiverState
from govcloud.compliance.rule import Severity, Stage, Status
from govcloud.compliance.rules import RULES
from govcloud.errors import Place
from govcloud.province.waivers import Waiver
from govcloud.request.load import Loaded
from govcloud.request.source import Source
from govcloud.spec.groups import BASELINE


@dataclass(frozen=True)
class Judgement:
    """What a rule said of one thing; `refuses` when it is a fail severe enough."""

    rule: str
    stage: Stage
    status: Status
    refuses: bool
    on: str
    reason: str
    params: Mapping[str, str | int]
    key: str
    place: Place | None
    lowered: Severity | None
    waiver: Waiver | None
    waiver_state: WaiverState | None

    @property
    def verdict(self) -> Verdict:
        """The verdict again, for words and waivers."""
        return Verdict(
            RULES[self.rule],
            self.stage,
            self.status,
            self.on,
            self.reason,
            self.params,
            self.key,
            self.lowered,
            self.waiver,
            self.waiver_state,
        )


def judgement(verdict: Verdict, loaded: Loaded, province: Source, severe: Collection[int]) -> Judgement:
    """The verdict with its place, in the request or among the province's baseline flows; `severe` are the ids of the
    verdict objects that refuse.
    """
    key = verdict.key or verdict.on
    path = "baseline[" if key == BASELINE else key
    # a server may be called baseline: only the bracket tells the province's flows
    place = (province if path.startswith("baseline[") else loaded).place_of(path)
    return Judgement(
        rule=verdict.rule.id,
        stage=verdict.stage,
        status=verdict.status,
        refuses=id(verdict) in severe,
        on=verdict.on,
        reason=verdict.reason,
        params={name: value if isinstance(value, int) else str(value) for name, value in verdict.params.items()},
        key=key,
        place=place if verdict.status in ("fail", "waived") else None,
        lowered=verdict.lowered,
        waiver=verdict.waiver,
        waiver_state=verdict.waiver_state,
    )
