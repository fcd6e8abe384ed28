"""Demand: what a request's resources will take, Neutron's own doings included."""

from __future__ import annotations

from typing import Any

import pytest

from govcloud.allocation.amounts import Amounts
from govcloud.allocation.demand import encrypted, published
from govcloud.allocation.facts import ExternalNetwork, Stock
from govcloud.request.topology import grade_of
from tests.unit.ground import FERRY, INSURANCE, asked, facts, fitted, given, repository, server


def test_the_ferry_takes_exactly_this() -> None:
    assert given(fitted(FERRY)).demand == Amounts(
        instances=4,
        cores=2 * 2 + 2 * 4,
        memory=(2 * 4 + 2 * 8) * 1024,
        disk=4 * 40,
        ports=4 + 2,
        volumes={"encrypted": 400, "plain": 100},
        addresses={"internet": 2},
        gateways={"internet": 1, "common": 1},
        by_zone={zone: {"instances": 2, "cores": 6, "memory": 12 * 1024, "disk": 80} for zone in ("az1", "az2")},
    )


def test_the_insurance_takes_exactly_this() -> None:
    demand = given(fitted(INSURANCE)).demand
    assert (demand.instances, demand.cores, demand.memory) == (6, 2 * 4 + 4 * 8, (2 * 8 + 4 * 32) * 1024)
    assert demand.volumes == {"encrypted": 4 * 500}
    assert demand.addresses == {}  # the internet reaches the load balancer, not a server
    assert demand.gateways == {"internet": 1, "common": 1}
    assert demand.ports == 6 + 3
    assert given(fitted(INSURANCE), facts=facts(metadata=True)).demand.ports == 6 + 2 * 3


def test_zones_add_up_to_the_whole() -> None:
    demand = given(asked(iaas={"servers": {"web": server(count=7)}})).demand
    for name in ("instances", "cores", "memory", "disk"):
        assert sum(sizes[name] for sizes in demand.by_zone.values()) == getattr(demand, name)


def test_the_disk_is_the_flavours_that_was_pinned() -> None:
    had = given(asked())
    other = {name: flavor for name, flavor in facts().flavors.items() if name != "g1.small"}
    assert (
        given(
            asked(iaas={"servers": {"web": server(count=2)}}), "t-aaaaaa", had, facts=facts(flavors=other)
        ).demand.disk
        == 80
    )


@pytest.mark.parametrize(
    ("grade", "personal", "kind"),
    [
        ("general", "none", "plain"),
        ("general", "general", "encrypted"),
        ("general", "sensitive", "encrypted"),
        ("important", "none", "encrypted"),
        ("core", "none", "encrypted"),
    ],
)
def test_a_volume_is_as_careful_as_the_data_on_it(grade: str, personal: str, kind: str) -> None:
    data = {"open": {"grade": "general"}, "mine": {"grade": grade, "personal": personal}}
    volumes = {"all": "1GiB", "named": {"size": "1GiB", "holds": ["mine"]}, "open": {"size": "1GiB", "holds": ["open"]}}
    whole = asked(data=data, iaas={"servers": {"web": server(volumes=volumes)}})
    request = whole.request
    found = {name: encrypted(request, "web", name) for name in volumes}
    assert found == {"all": kind == "encrypted", "named": kind == "encrypted", "open": False}
    types = {name: disk.type for name, disk in given(whole).volumes.items()}
    assert types == {"web/all": kind, "web/named": kind, "web/open": "plain"}
    grades = {name: grade_of(request, volume) for name, volume in request.iaas.servers["web"].volumes.items()}
    assert grades == {"all": grade, "named": grade, "open": "general"}


NETWORKS = {"front": {"zone": "internet", "hosts": 8}, "app": {"zone": "common", "hosts": 8}}


@pytest.mark.parametrize(
    ("flow", "public"),
    [
        ({"from": "zone/internet", "to": "web"}, ("web",)),
        ({"from": "zone/internet", "to": "network/front"}, ()),
        ({"from": "zone/common", "to": "web"}, ()),
        ({"from": "web", "to": "zone/internet"}, ()),
        ({"from": "cidr/0.0.0.0/0", "to": "web"}, ()),
        ({"from": "zone/internet", "to": "web", "via": "exchange"}, ()),
    ],
)
def test_a_public_address_exists_only_for_a_flow_from_the_internet(
    flow: dict[str, str], public: tuple[str, ...]
) -> None:
    servers = {"web": server(network="front", count=2), "app": server(network="app")}
    flows: list[dict[str, Any]] = [{**flow, "ports": ["443/tcp"], "reason": "测试"}]
    request = asked(iaas={"networks": NETWORKS, "servers": servers}, flows=flows)
    assert published(request.request) == public
    assert given(request).demand.addresses == ({"internet": 2} if public else {})


def test_a_server_outside_the_internet_zone_takes_no_public_address() -> None:
    flows = [{"from": "zone/internet", "to": "web", "ports": ["443/tcp"], "reason": "测试"}]
    assert given(asked(flows=flows)).demand.addresses == {}


def test_zones_that_share_an_external_network_take_an_address_each() -> None:
    networks = {"a": {"zone": "common", "hosts": 8}, "b": {"zone": "dedicated", "hosts": 8}}
    zones = {
        name: zone.model_copy(update={"external_network": "one"}) for name, zone in repository().province.zones.items()
    }
    where = repository().province.model_copy(update={"zones": zones})
    request = asked(iaas={"networks": networks, "servers": {"web": server(network="a")}})
    seen = facts(external_networks={"one": ExternalNetwork("id-one", "one", Stock(241))})
    assert given(request, province=where, facts=seen).demand.gateways == {"one": 2}
