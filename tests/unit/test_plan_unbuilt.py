"""Every flow is built, or refused with what to write: nothing that was asked for is passed over in silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any, Final

import pytest

from govcloud.allocation.ledger import AllocatedNetwork
from govcloud.compliance.judge import refusing
from govcloud.plan.blocks import blocks
from govcloud.plan.context import today
from govcloud.plan.draft import Draft
from govcloud.plan.plan import Missing
from govcloud.province.repository import Repository
from govcloud.province.waivers import Waiver
from govcloud.request.topology import topology
from govcloud.store.tenancies import Tenancy
from govcloud.text import LANGUAGES, next_step, say, use_language
from tests.unit.drafting import context, drafted, planned
from tests.unit.ground import asked, given, province, repository, server, tenancy

NETWORKS: Final = {
    "edge": {"zone": "internet", "hosts": 4},
    "one": {"zone": "common", "hosts": 4},
    "two": {"zone": "common", "hosts": 4},
    "empty": {"zone": "common", "hosts": 4},
    "deep": {"zone": "dedicated", "hosts": 4},
}
SERVERS: Final = {
    key: server(network=on) for key, on in (("gate", "edge"), ("web", "one"), ("app", "two"), ("db", "deep"))
}
ENDS: Final = (
    *SERVERS,
    *(f"network/{key}" for key in NETWORKS),
    *(f"zone/{zone}" for zone in ("internet", "common", "dedicated")),
    "cidr/100.64.9.0/24",
    "system/MED-003",
)


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    yield
    use_language("zh")


def _inside(without: str = "", **policy: Any) -> Repository:
    """The example province with an exchange in every zone but one, and no freeze."""
    content = repository().province.model_dump(by_alias=True, mode="json")
    content["zones"]["dedicated"]["exchange"] = ["100.71.255.10"]
    if without:
        content["zones"][without]["exchange"] = []
    changed = province(zones=content["zones"], policy={**content["policy"], **policy}, freezes=[])
    return replace(repository(), province=changed)


def _medical() -> Tenancy:
    """A system that stands in the common zone."""
    there = {"a": AllocatedNetwork("common", IPv4Network("100.65.0.0/28"))}
    allocation = replace(given(asked()), tenancy="t-medica", system="MED-003", networks=there)
    return tenancy(allocation, "departments/dot/med.test.yaml", name="医保平台")


def _drafted(flows: list[dict[str, Any]], inside: Repository, **keys: Any) -> Draft:
    told = [{"reason": "测试", "ports": ["443/tcp"], **flow} for flow in flows]
    wanted = {"iaas": {"networks": NETWORKS, "servers": SERVERS}, **keys}
    return drafted(asked(inside, flows=told, **wanted), _medical(), inside=inside)


def _found(draft: Draft, inside: Repository) -> list[Missing]:
    return list(blocks(context(inside), draft))


def _every_flow() -> list[dict[str, Any]]:
    foreign = [end for end in ENDS if end.partition("/")[0] in ("zone", "cidr", "system")]
    pairs = [(a, b) for a in ENDS for b in ENDS if not (a in foreign and b in foreign)]
    ends = [{"from": a, "to": b} for a, b in pairs if a != b or "/" not in a]
    both = [*ends, *({**one, "via": "exchange"} for one in ends)]
    return [{**one, "ports": [f"{1000 + index}/tcp"]} for index, one in enumerate(both)]


def test_every_half_of_a_flow_is_built_or_the_flow_is_refused() -> None:
    inside = _inside(refuse_at="critical")
    flows = _every_flow()
    draft = _drafted(flows, inside)
    placed = topology(draft.fitted.request)
    built = {(one.server, one.rule.direction, one.rule.first) for one in draft.openings}
    refused = {one.key for one in _found(draft, inside)} | {one.key for one in refusing(draft.verdicts, "critical")}
    told = set()
    for index, flow in enumerate(draft.fitted.request.flows):
        halves = [(server, "egress", 1000 + index) for server in placed.servers_at(flow.from_)]
        halves += [(server, "ingress", 1000 + index) for server in placed.servers_at(flow.to)]
        whole = bool(halves) and built.issuperset(halves)
        assert whole or f"flows[{index}]" in refused, flow
        told |= {index} if whole else set()
    silent = {one.key for one in _found(draft, inside)} & {f"flows[{index}]" for index in told}
    assert silent == set(), "what is built is not called idle"
    assert 0 < len(told) < len(flows)


@pytest.mark.parametrize(
    ("flow", "code"),
    [
        ({"from": "web", "to": "db"}, "plan.flow-across"),
        ({"from": "network/edge", "to": "network/one"}, "plan.flow-across"),
        ({"from": "web", "to": "zone/dedicated"}, "plan.flow-across"),
        ({"from": "cidr/100.64.9.0/24", "to": "network/empty"}, "plan.flow-without-server"),
        ({"from": "zone/common", "to": "network/empty", "via": "exchange"}, "plan.flow-without-server"),
        ({"from": "db", "to": "system/MED-003"}, "plan.system-elsewhere"),
    ],
    ids=str,
)
def test_what_opens_nothing_is_refused_at_its_line_with_what_to_write(flow: dict[str, Any], code: str) -> None:
    inside = _inside(refuse_at="critical")
    draft = _drafted([{"from": "web", "to": "app", "ports": ["1/tcp"]}, {**flow, "ports": ["443/tcp"]}], inside)
    (one,) = _found(draft, inside)
    assert (one.code, one.key) == (code, "flows[1]")
    assert one.place == draft.fitted.loaded.place(("flows", 1))
    for language in LANGUAGES:
        use_language(language)
        assert all(str(value) in say(one.code, **one.params) for value in one.params.values())
        assert next_step(one.code, **one.params)
    assert not planned(draft, inside=inside).admitted


@pytest.mark.parametrize("flow", [{"from": "gate", "to": "system/MED-003"}, {"from": "system/MED-003", "to": "gate"}])
def test_through_an_exchange_only_to_a_zone_that_has_one(flow: dict[str, Any]) -> None:
    flow |= {"via": "exchange"}
    reached = _inside()
    assert _found(_drafted([flow], reached), reached) == []
    inside = _inside("common")
    draft = _drafted([flow], inside)
    (one,) = _found(draft, inside)
    assert (one.code, one.key) == ("plan.system-without-exchange", "flows[0].via")
    assert one.params == {"on": "flows[0]", "system": "MED-003", "zone": "common"}
    assert one.place == draft.fitted.loaded.place(("flows", 0, "via"))
    assert not planned(draft, inside=inside).admitted


def test_a_waiver_opens_no_way_between_zones() -> None:
    flows = [{"from": "web", "to": "db", "ports": ["443/tcp"]}]
    inside = _inside(waivable=["high", "medium", "low"])
    plain = planned(_drafted(flows, inside), inside=inside)
    assert [one.rule for one in plain.judgements if one.refuses] == ["GC-ZONE-006"]
    assert plain.blocks == (), "one refusal for one flow"
    people = list(repository().departments["dot"].people)
    waiver = Waiver(
        rule="GC-ZONE-006",
        tenancy="t-aaaaaa",
        reason="试用",
        owner=people[0],
        approver=next(
            account for d in repository().departments.values() for account in d.people if account != people[0]
        ),
        until=today() + dt.timedelta(days=1),
    )
    waived = replace(inside, waivers=(waiver,))
    draft = _drafted(flows, waived, tenancy="t-aaaaaa")
    assert {one.status for one in draft.verdicts if one.rule.id == "GC-ZONE-006" and one.stage == "request"} == {
        "waived"
    }
    assert [one.code for one in _found(draft, waived)] == ["plan.flow-across"]
    assert not planned(draft, inside=waived).admitted


@pytest.mark.parametrize("level", [1, 2, 3])
def test_no_level_lets_a_flow_cross(level: int) -> None:
    inside = _inside()
    system = {"code": "DOT-900", "name": "轮渡考勤系统", "purpose": "测试", "mlps": level, "classified": False}
    plan = planned(_drafted([{"from": "web", "to": "db", "ports": ["443/tcp"]}], inside, system=system), inside=inside)
    assert "GC-ZONE-006" in [one.rule for one in plan.judgements if one.refuses]
