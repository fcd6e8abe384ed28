"""Flows as rules: exactly what a flow names, in both directions, never across zones, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any, Final

import pytest

from govcloud.allocation.ledger import AllocatedNetwork, Allocation
from govcloud.spec.flows import RuleSpec, opened
from govcloud.spec.groups import BASELINE, group_specs
from govcloud.spec.site import Ground
from tests.unit.ground import asked, cases, given, ground, province, repository, server

NETWORKS: Final = {
    "edge": {"zone": "internet", "hosts": 4},
    "one": {"zone": "common", "hosts": 4},
    "two": {"zone": "common", "hosts": 4},
    "deep": {"zone": "dedicated", "hosts": 4},
}
SERVERS: Final = {
    key: server(network=on) for key, on in (("gate", "edge"), ("web", "one"), ("app", "two"), ("db", "deep"))
}


def _medical() -> Allocation:
    networks = {
        "a": AllocatedNetwork("common", IPv4Network("100.65.0.0/28")),
        "b": AllocatedNetwork("dedicated", IPv4Network("100.69.0.0/28")),
    }
    return replace(given(asked()), tenancy="t-medica", system="MED-003", networks=networks)


def _zones(dedicated: list[str]) -> Any:
    """The example's zones, with an exchange in each."""
    content = repository().province.model_dump(by_alias=True, mode="json")["zones"]
    content["dedicated"]["exchange"] = dedicated
    return content


def _ground(flows: list[dict[str, Any]], *others: Allocation, zones: Any = None) -> Ground:
    told = [{"reason": "测试", **flow} for flow in flows]
    inside = replace(repository(), province=province(zones=zones or _zones(["100.71.255.10"])))
    request = asked(inside, iaas={"networks": NETWORKS, "servers": SERVERS}, flows=told)
    return ground(request, *(others or (_medical(),)), province=inside.province)


def _rules(where: Ground) -> dict[str, list[str]]:
    return {group.key: [rule.key for rule in group.rules] for group in group_specs(where) if group.key != BASELINE}


def test_the_ranges_are_what_the_cases_say() -> None:
    networks = _ground([]).allocation.networks
    assert {key: str(network.cidr) for key, network in networks.items()} == {
        "edge": "198.18.0.0/28",
        "one": "100.64.2.0/28",
        "two": "100.64.2.16/28",
        "deep": "100.68.0.0/28",
    }


@pytest.mark.parametrize("case", cases("flows/rules"), ids=lambda case: case["name"])
def test_rules(case: Mapping[str, Any]) -> None:
    expected = {key: [] for key in SERVERS} | {key: sorted(rules) for key, rules in case["rules"].items()}
    assert _rules(_ground(case["flows"])) == expected


def test_rules_of_a_flow_are_kept_when_it_moves_in_the_file() -> None:
    flows = [{"from": "web", "to": "app", "ports": [p]} for p in ("1/tcp", "2/tcp", "3/tcp")]
    assert _rules(_ground(flows)) == _rules(_ground(flows[::-1]))


def test_a_peer_on_another_site_or_in_another_environment_is_not_reached() -> None:
    flow = {"from": "web", "to": "system/MED-003", "ports": ["443/tcp"]}
    for peer in (replace(_medical(), site="elsewhere"), replace(_medical(), environment="production")):
        assert _rules(_ground([flow], peer))["web"] == []


@pytest.mark.parametrize(
    ("flow", "named"),
    [
        ({"from": "web", "to": "system/MED-003"}, ["100.65.0.0/28"]),
        ({"from": "system/MED-003", "to": "network/deep"}, ["100.69.0.0/28"]),
        ({"from": "gate", "to": "system/MED-003"}, []),
        ({"from": "gate", "to": "system/MED-003", "via": "exchange"}, []),
    ],
)
def test_the_networks_of_peers_that_rules_name_are_kept(flow: dict[str, Any], named: list[str]) -> None:
    """All that a rule says of another system is in the allocation, and nothing else."""
    where = _ground([{"ports": ["443/tcp"], **flow}])
    assert [str(n.cidr) for networks in where.allocation.peers.values() for n in networks] == named
    prefixes = {rule.key.rpartition("443/")[2] for g in group_specs(where) if g.key != BASELINE for rule in g.rules}
    assert {one for one in prefixes if one.startswith(("100.65.", "100.69.0."))} == set(named)


def test_several_tenancies_of_a_system_are_all_reached() -> None:
    flow = {"from": "web", "to": "system/MED-003", "ports": ["443/tcp"]}
    second = replace(
        _medical(), tenancy="t-second", networks={"x": AllocatedNetwork("common", IPv4Network("100.66.0.0/28"))}
    )
    assert _rules(_ground([flow], _medical(), second))["web"] == [
        "egress/tcp/443/100.65.0.0/28",
        "egress/tcp/443/100.66.0.0/28",
    ]


def test_all_pools_and_all_exchange_addresses_of_a_zone() -> None:
    zones = {
        name: {"external_network": name, "pool": pool, "exchange": ["10.9.0.1", "10.9.0.2"]}
        for name, pool in (
            ("internet", ["198.18.0.0/16"]),
            ("common", ["100.64.0.0/16", "100.80.0.0/16"]),
            ("dedicated", ["100.68.0.0/14"]),
        )
    }
    flows = [
        {"from": "zone/common", "to": "web", "ports": ["443/tcp"]},
        {"from": "gate", "to": "db", "ports": ["1521/tcp"], "via": "exchange"},
    ]
    rules = _rules(_ground(flows, zones=zones))
    assert rules["web"] == ["ingress/tcp/443/100.64.0.0/16", "ingress/tcp/443/100.80.0.0/16"]
    assert rules["gate"] == ["egress/tcp/1521/10.9.0.1/32", "egress/tcp/1521/10.9.0.2/32"]
    assert rules["db"] == ["ingress/tcp/1521/10.9.0.1/32", "ingress/tcp/1521/10.9.0.2/32"]


def test_the_baseline_is_a_group_of_its_own() -> None:
    baseline = next(group for group in group_specs(_ground([])) if group.key == BASELINE)
    assert [rule.key for rule in baseline.rules] == [
        "egress/tcp/443/100.64.0.80/32",
        "egress/tcp/53/100.64.0.53/32",
        "egress/tcp/6514/100.64.0.14/32",
        "egress/tcp/80/100.64.0.80/32",
        "egress/udp/123/100.64.0.123/32",
        "egress/udp/53/100.64.0.53/32",
        "ingress/tcp/22/100.64.1.0/28",
    ]


def test_a_flow_that_repeats_the_baseline_stays_in_its_own_group() -> None:
    rules = _rules(_ground([{"from": "web", "to": "cidr/100.64.0.53/32", "ports": ["53/udp"]}]))
    assert rules["web"] == ["egress/udp/53/100.64.0.53/32"]


def test_every_rule_says_where_it_comes_from_and_why() -> None:
    found = list(opened(_ground([{"from": "web", "to": "app", "ports": ["443/tcp"], "reason": "业务"}])))
    asked_for = [(one.server, one.rule.direction, one.reason) for one in found if one.origin == "request"]
    assert asked_for == [("web", "egress", "业务"), ("app", "ingress", "业务")]
    standard = [one for one in found if one.origin == "baseline"]
    assert {one.server for one in standard} == {""}
    assert {one.reason for one in standard} == {"DNS", "NTP", "软件源", "日志审计", "堡垒机"}


@pytest.mark.parametrize(
    ("rule", "ports", "key"),
    [
        (RuleSpec("egress", "tcp", 443, 443, prefix="10.0.0.0/8"), "443/tcp", "egress/tcp/443/10.0.0.0/8"),
        (RuleSpec("ingress", "udp", 1, 9, group="web"), "1-9/udp", "ingress/udp/1-9/web"),
        (RuleSpec("ingress", "icmp", None, None, group="web"), "icmp", "ingress/icmp/web"),
    ],
)
def test_a_rules_name_comes_from_its_content(rule: RuleSpec, ports: str, key: str) -> None:
    """The engine knows a rule by this name: another spelling would replace every living rule."""
    assert (rule.ports, rule.key) == (ports, key)


def test_groups_are_the_baseline_and_one_for_each_server() -> None:
    groups = list(group_specs(_ground([])))
    assert [(group.key, group.name) for group in groups] == [
        ("BASELINE", "t-aaaaaa-baseline"),
        ("app", "t-aaaaaa-server-app"),
        ("db", "t-aaaaaa-server-db"),
        ("gate", "t-aaaaaa-server-gate"),
        ("web", "t-aaaaaa-server-web"),
    ]
    # no server can be called BASELINE, but one may be called baseline
    odd = ground(asked(iaas={"servers": {"baseline": server()}}))
    assert len({group.key for group in group_specs(odd)}) == len({group.name for group in group_specs(odd)}) == 2
