"""Waivers: what they cover, how long, and what remains of them."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pytest

from govcloud.compliance.judge import Terms, Verdict, orphans, refusing, waive
from govcloud.compliance.rule import Severity, Stage, Status
from govcloud.compliance.rules import RULES
from govcloud.province.waivers import Waiver

LAST: Final = dt.date(2027, 3, 31)
DAY: Final = dt.timedelta(days=1)
TENANCY: Final = "t-3f9c2a"


def _waiver(**changes: object) -> Waiver:
    wanted: dict[str, object] = {
        "rule": "GC-ZONE-005",
        "tenancy": TENANCY,
        "reason": "旧系统改造",
        "owner": "chenlan",
        "approver": "wufang",
        "until": LAST,
    }
    return Waiver.model_validate(wanted | changes)


def _verdict(status: Status = "fail", on: str = "flows[0]", *, rule: str = "GC-ZONE-005") -> Verdict:
    stage: Stage = "request"
    return Verdict(RULES[rule], stage, status, on, "declared" if status == "fail" else "")


def _waived(
    *waivers: Waiver, verdict: Verdict | None = None, today: dt.date = LAST, waivable: tuple[Severity, ...] = ("high",)
) -> Verdict:
    terms = Terms(today, waivable, owners=("chenlan", "wufang"), approvers=("chenlan", "wufang", "lihua"))
    (result,) = waive([verdict or _verdict()], waivers, TENANCY, terms)
    return result


@pytest.mark.parametrize(
    ("today", "status", "state"),
    [(LAST - DAY, "waived", "holds"), (LAST, "waived", "holds"), (LAST + DAY, "fail", "expired")],
)
def test_the_last_day_counts(today: dt.date, status: Status, state: str) -> None:
    result = _waived(_waiver(), today=today)
    assert (result.status, result.waiver_state, result.waiver) == (status, state, _waiver())


def test_who_owns_cannot_approve() -> None:
    result = _waived(_waiver(approver="chenlan"))
    assert (result.status, result.waiver_state) == ("fail", "self-approved")


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"approver": "nobody"}, "no-approver"),
        ({"approver": "lihua"}, "holds"),
        ({"owner": "nobody"}, "no-owner"),
        ({"owner": "lihua"}, "no-owner"),
    ],
    ids=["nobody approved", "another department's", "nobody asked", "another department's asked"],
)
def test_people_ask_and_approve(changes: dict[str, str], state: str) -> None:
    result = _waived(_waiver(**changes))
    assert (result.status, result.waiver_state) == ("waived" if state == "holds" else "fail", state)


def test_what_is_over_needs_nobody_any_more() -> None:
    assert _waived(_waiver(owner="gone"), today=LAST + DAY).waiver_state == "expired"


def test_policy_says_what_can_be_waived() -> None:
    result = _waived(_waiver(), waivable=("medium", "low"))
    assert (result.status, result.waiver_state) == ("fail", "not-waivable")


def test_a_lighter_finding_of_a_heavy_rule_can_be_waived() -> None:
    light = Verdict(RULES["GC-SG-002"], "plan", "fail", "spare", "open", lowered="low")
    assert _waived(_waiver(rule="GC-SG-002"), verdict=light, waivable=("low",)).status == "waived"
    assert not refusing([light], "medium")


@pytest.mark.parametrize(
    "waiver",
    [_waiver(tenancy="t-000000"), _waiver(rule="GC-ZONE-006"), _waiver(resource="flows[1]")],
    ids=["another tenancy", "another rule", "another thing"],
)
def test_it_covers_nothing_else(waiver: Waiver) -> None:
    result = _waived(waiver)
    assert (result.status, result.waiver) == ("fail", None)


def test_it_may_name_the_thing() -> None:
    assert _waived(_waiver(resource="flows[0]")).status == "waived"


@pytest.mark.parametrize("status", ["pass", "not-applicable", "not-evaluated"])
def test_only_a_fail_is_waived(status: Status) -> None:
    assert _waived(_waiver(), verdict=_verdict(status)) == _verdict(status)


def test_a_renewal_counts_beside_the_one_it_renews() -> None:
    old, new = _waiver(until=LAST - DAY), _waiver(reason="延期", until=LAST)
    for waivers in ([old, new], [new, old]):
        result = _waived(*waivers)
        assert (result.status, result.waiver) == ("waived", new)
    assert _waived(old, new, today=LAST + DAY).waiver == new


def test_what_is_waived_does_not_refuse() -> None:
    assert [v.on for v in refusing([_verdict()], "high")] == ["flows[0]"]
    assert not refusing([_verdict()], "critical")
    assert not refusing([_waived(_waiver())], "low")


def test_orphans_cover_nothing() -> None:
    verdicts = [
        _verdict(on="flows[0]"),
        _verdict("pass", "flows[1]"),
        _verdict("pass", "department", rule="GC-MDM-001"),
        _verdict("not-evaluated", "", rule="GC-LOC-001"),
    ]
    needed = [_waiver(), _waiver(resource="flows[0]"), _waiver(rule="GC-LOC-001", resource="region")]
    idle = [_waiver(resource="flows[1]"), _waiver(rule="GC-MDM-001"), _waiver(rule="GC-OLD-001")]
    foreign = _waiver(rule="GC-MDM-001", tenancy="t-000000")
    assert orphans(verdicts, [*needed, *idle, foreign], TENANCY) == idle


def test_what_a_waiver_waives_is_no_orphan() -> None:
    assert orphans([_waived(_waiver())], [_waiver()], TENANCY) == []
    assert orphans([_waived(_waiver(), today=LAST + DAY)], [_waiver()], TENANCY) == []
