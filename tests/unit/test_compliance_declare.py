"""From a request and the operator's files to a declaration."""

from __future__ import annotations

import datetime as dt
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
