"""A finding of the plan that follows from one flow stands at that flow's line, and a waiver of the flow covers it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

from govcloud.plan.context import today
from govcloud.plan.judgement import Judgement
from govcloud.province.repository import Repository
from govcloud.province.waivers import Waiver
from tests.unit.drafting import drafted, planned
from tests.unit.ground import asked, province, repository, server

EDGE: Final = {"networks": {"edge": {"zone": "internet", "hosts": 9}}, "servers": {"web": server(count=2)}}


def _inside(*resources: tuple[str, str]) -> Repository:
    """The example province with a waiver for each rule and thing."""
    policy = repository().province.model_dump(by_alias=True, mode="json")["policy"]
    people = [name for one in repository().departments.values() for name in one.people]
    owner = next(iter(repository().departments["dot"].people))
    waivers = tuple(
        Waiver(
            rule=rule,
            tenancy="t-aaaaaa",
            resource=resource,
            reason="试用",
            owner=owner,
            approver=next(name for name in people if name != owner),
            until=today() + dt.timedelta(days=1),
        )
        for rule, resource in resources
    )
    changed = province(policy={**policy, "waivable": ["critical", "high"]}, freezes=[])
    return replace(repository(), province=changed, waivers=waivers)


def _refusing(inside: Repository, *flows: tuple[str, str], rule: str = "GC-ZONE-005") -> list[Judgement]:
    """What a rule refuses of flows from an end, on a port, to the server in the internet zone."""
    told: list[dict[str, Any]] = [{"from": a, "to": "web", "ports": [port], "reason": "试"} for a, port in flows]
    plan = planned(drafted(asked(inside, tenancy="t-aaaaaa", iaas=EDGE, flows=told), inside=inside), inside=inside)
    return [one for one in plan.judgements if one.refuses and one.rule == rule]


WORLD: Final = "zone/internet"


def test_a_finding_stands_at_the_line_of_its_flow() -> None:
    found = _refusing(_inside(), (WORLD, "443/tcp"), (WORLD, "8443/tcp"))
    assert [(one.stage, one.on, one.key) for one in found] == [
        ("request", "flows[1]", "flows[1]"),
        ("plan", "web-1", "flows[1]"),
        ("plan", "web-2", "flows[1]"),
    ]
    assert len({one.place for one in found}) == 1
    assert found[0].place is not None
    assert found[0].place.line > 1


def test_one_waiver_of_a_flow_covers_what_follows_from_it_and_nothing_else() -> None:
    one = _inside(("GC-ZONE-005", "flows[1]"))
    assert _refusing(one, (WORLD, "443/tcp"), (WORLD, "8443/tcp")) == []
    found = _refusing(one, (WORLD, "8444/tcp"), (WORLD, "8443/tcp"))
    assert {(found.key, found.params["ports"]) for found in found} == {("flows[0]", "8444/tcp")}
    both = _inside(("GC-ZONE-005", "flows[0]"), ("GC-ZONE-005", "flows[1]"))
    assert _refusing(both, (WORLD, "8444/tcp"), (WORLD, "8443/tcp")) == [], "ports side by side are no third thing"


def test_what_only_several_flows_open_together_is_waived_with_none_of_them() -> None:
    halves = (("cidr/8.0.0.0/8", "22/tcp"), ("cidr/11.0.0.0/24", "22/tcp"))
    inside = _inside(("GC-SG-002", "flows[0]"), ("GC-SG-002", "flows[1]"))
    assert [(one.on, one.key) for one in _refusing(inside, *halves, rule="GC-SG-002")] == [("web", "flows[0]")]
    assert _refusing(_inside(("GC-SG-002", "web")), *halves, rule="GC-SG-002") == []


def test_the_internet_named_in_pieces_is_told_at_the_first_of_them_and_waived_with_none() -> None:
    pieces = (("cidr/10.0.0.0/8", "8443/tcp"), ("cidr/8.0.0.0/8", "8443/tcp"), ("cidr/11.0.0.0/24", "8443/tcp"))
    inside = _inside(("GC-ZONE-005", "flows[1]"), ("GC-ZONE-005", "flows[2]"))
    found = _refusing(inside, *pieces)
    assert {(one.stage, one.on, one.key) for one in found} >= {("request", "web", "flows[1]")}
    assert {one.place.line for one in found if one.place} == {found[0].place.line if found[0].place else 0}
    assert _refusing(_inside(("GC-ZONE-005", "web"), ("GC-ZONE-005", "web-1"), ("GC-ZONE-005", "web-2")), *pieces) == []
    assert _refusing(_inside(), *pieces[:2]) == [], "one /8 is a partner, not the internet"


def test_a_rule_that_two_flows_ask_for_needs_a_waiver_of_both() -> None:
    twice = ((WORLD, "22/tcp"), (WORLD, "22/tcp"))
    assert {one.key for one in _refusing(_inside(("GC-SG-002", "flows[0]")), *twice, rule="GC-SG-002")} == {"flows[1]"}


def test_a_range_into_another_zone_is_told_at_its_flow() -> None:
    found = _refusing(_inside(), ("cidr/100.64.0.0/10", "443/tcp"), rule="GC-ZONE-006")
    assert [(one.stage, one.on, one.key) for one in found] == [
        ("request", "flows[0]", "flows[0]"),
        ("plan", "web", "flows[0]"),
    ]
    waived = _inside(("GC-ZONE-006", "flows[0]"))
    assert _refusing(waived, ("cidr/100.64.0.0/10", "443/tcp"), rule="GC-ZONE-006") == []
