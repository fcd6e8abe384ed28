"""From a request and the operator's files to a declaration."""

from __future__ import annotations

import datetime as dt
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Final

import pytest

from govcloud.compliance.declare import declare
from govcloud.compliance.judge import judge
from govcloud.compliance.model import UNKNOWN, Declaration, DeclaredSite, Subject
from govcloud.compliance.rules import RULES
from govcloud.province.repository import load_repository
from govcloud.request.load import load_request
from govcloud.request.model import Request

REPOSITORY: Final = load_repository(Path(__file__).parents[2] / "examples/province")
TODAY: Final = dt.date(2026, 12, 1)
SERVERS: Final = {"web": {"cpu": "2", "memory": "4GiB", "os": "openeuler-24.03"}}


def _request(**more: Any) -> Request:
    return Request.model_validate(
        {
            "kind": "TenancyRequest",
            "department": "11330000123456788K",
            "environment": "test",
            "until": "2027-06-30",
            "system": {"name": "甲", "purpose": "乙", "mlps": "2", "classified": "false"},
            "data": "general",
            "iaas": {"servers": SERVERS},
        }
        | more
    )


def _declared(request: Request) -> Declaration:
    return declare(request, province=REPOSITORY.province, site=REPOSITORY.sites["main"], today=TODAY)


@pytest.mark.parametrize("path", list(REPOSITORY.requests()), ids=lambda path: path.name)
def test_the_examples_keep_every_rule(path: Path) -> None:
    verdicts = judge(RULES.values(), "request", Subject(declaration=_declared(load_request(path).request)))
    assert not [v for v in verdicts if v.status not in ("pass", "not-applicable")]


def test_the_smallest_request() -> None:
    declared = _declared(_request())
    assert declared.grades == {"data": "general"}
    assert {key: network.zone for key, network in declared.networks.items()} == {"main": "common"}
    assert declared.machines == {"web-1": "web"}
    assert (declared.level, declared.grade, declared.classified) == ("2", 2, False)
    assert declared.offsite_backup is None
    assert declared.site == DeclaredSite(
        name="main", country="CN", mlps=3, zones=("internet", "common", "dedicated"), region=None
    )


def test_without_the_operators_files() -> None:
    declared = declare(_request(), province=None, site=None, today=TODAY)
    assert (declared.divisions, declared.zones, declared.site) == (UNKNOWN, UNKNOWN, UNKNOWN)
    verdicts = judge(RULES.values(), "request", Subject(declaration=declared))
    unread = {v.rule.id for v in verdicts if v.status == "not-evaluated"}
    assert unread == {"GC-MDM-005", "GC-LVL-003", "GC-LOC-001", "GC-ZONE-001"}
    assert not [v for v in verdicts if v.status == "fail"]


NETWORKS: Final = {"front": {"zone": "internet", "hosts": "4"}, "app": {"hosts": "4"}}
PAAS: Final = {
    "db": {"service": "postgresql", "network": "app", "storage": "10GiB"},
    "queue": {"service": "queue"},
    "entry": {"service": "load-balancer", "network": "front", "holds": ["data"]},
}


@pytest.mark.parametrize(
    ("end", "zone"),
    [
        ("web", "internet"),
        ("db", "common"),
        ("queue", UNKNOWN),
        ("viewer", UNKNOWN),
        ("network/app", "common"),
        ("zone/dedicated", "dedicated"),
        ("cidr/100.64.1.0/28", None),
        ("system/MED-003", None),
    ],
)
def test_the_zone_of_a_flows_end(end: str, zone: str | None) -> None:
    request = _request(
        iaas={"networks": NETWORKS, "servers": {"web": {**SERVERS["web"], "network": "front"}}},
        paas=PAAS,
        saas={"apps": {"viewer": {"application": "viewer"}}},
        flows=[{"from": "web", "to": end, "ports": ["443/tcp"], "via": "exchange", "reason": "丙"}],
    )
    (flow,) = _declared(request).flows
    assert (flow.key, flow.from_zone, flow.to_zone, flow.via_exchange) == ("flows[0]", "internet", zone, True)


def test_the_pools_are_the_zones_without_the_provinces_own_services() -> None:
    pools = _declared(_request()).pools
    assert not isinstance(pools, str)
    held = {name: [ip_network(piece) for piece in pool] for name, pool in pools.items()}
    for zone, address, inside in (
        ("common", "100.64.2.1", True),
        ("common", "100.64.0.53", False),
        ("common", "100.64.1.200", False),
        ("common", "100.67.254.255", True),
        ("common", "100.67.255.10", False),
        ("common", "100.68.0.1", False),
        ("dedicated", "100.68.0.1", True),
        ("internet", "198.18.255.10", False),
    ):
        assert any(ip_address(address) in piece for piece in held[zone]) is inside, (zone, address)
    services = 3 * 256  # around DNS and the like, the bastion, the exchange
    assert sum(piece.num_addresses for piece in held["common"]) == 2**18 - services


EVERYTHING: Final = ["1-65535/tcp", "1-65535/udp", "icmp"]


@pytest.mark.parametrize(
    ("zone", "range_", "refused"),
    [
        ("common", "100.68.0.0/14", True),
        ("common", "100.64.0.0/13", True),
        ("common", "198.18.0.0/24", True),
        ("common", "198.18.0.0/23", True),
        ("common", "198.16.0.0/14", True),
        ("common", "100.64.0.0/10", True),
        ("common", "0.0.0.0/0", True),
        ("common", "0.0.0.0/1", True),
        ("common", "100.64.0.0/14", False),
        ("common", "100.64.1.0/28", False),
        ("common", "10.0.0.0/8", False),
        ("dedicated", "100.64.0.0/23", False),  # DNS and bastion, side by side
        ("dedicated", "100.64.0.0/22", True),
        ("dedicated", "0.0.0.0/0", True),
        ("internet", "0.0.0.0/0", False),
        ("internet", "8.0.0.0/8", False),
        ("internet", "198.18.0.0/15", False),
        ("internet", "100.64.0.0/10", True),
    ],
)
@pytest.mark.parametrize("inward", [True, False], ids=["from", "to"])
def test_no_range_is_wide_enough_to_reach_another_zone(zone: str, range_: str, refused: bool, inward: bool) -> None:
    ends = {"from": f"cidr/{range_}", "to": "web"} if inward else {"from": "web", "to": f"cidr/{range_}"}
    told = {**ends, "ports": EVERYTHING, "reason": "丙"}
    declared = _declared(_request(zone=zone, flows=[told]))
    found = judge([RULES["GC-ZONE-006"]], "request", Subject(declaration=declared))
    assert [verdict.on for verdict in found if verdict.status == "fail"] == (["flows[0]"] if refused else [])


def test_a_service_stands_where_all_networks_do() -> None:
    flows = [{"from": "web", "to": "queue", "ports": ["5672/tcp"], "reason": "丙"}]
    (flow,) = _declared(_request(paas={"queue": {"service": "queue"}}, flows=flows)).flows
    assert flow.to_zone == "common"


def test_services_that_hold_data() -> None:
    request = _request(
        iaas={"networks": {"app": {"hosts": "4"}, "front": {"hosts": "4"}}, "servers": SERVERS}, paas=PAAS
    )
    assert _declared(request).services == {"db": ("data",), "entry": ("data",)}


def test_papers_and_backup() -> None:
    paper = {"no": "1", "date": "2026-01-01", "result": "三级", "by": "甲"}
    request = _request(
        backup={"policy": "daily-30d", "offsite": "true"}, attestations={"grading_report": paper, "sla": paper}
    )
    assert _declared(request).attestations == dict.fromkeys(("grading_report", "sla"), dt.date(2026, 1, 1))
    assert _declared(request).offsite_backup is True
