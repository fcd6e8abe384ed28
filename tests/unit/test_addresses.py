"""Addresses: first fit, never moved, never twice, never where the operator's own services stand."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, ip_network
from itertools import combinations
from typing import Any

import pytest

from govcloud.allocation.addresses import block, machine_addresses, prefix_for, room, spoken_for
from govcloud.allocation.allocate import allocate
from govcloud.allocation.ledger import AllocatedNetwork, Allocation, Ledger
from govcloud.province.model import Province, Zone
from tests.unit.ground import asked, case, cases, codes, facts, given, ledger, province, server


@pytest.mark.parametrize("one", cases("allocation/blocks"), ids=lambda one: one["name"])
def test_block(one: Mapping[str, Any]) -> None:
    zone = Zone(external_network="common", pool=tuple(map(IPv4Network, one["pool"])))
    found = block(zone, one["hosts"], map(IPv4Network, one["taken"]))
    assert found == (IPv4Network(one["gives"]) if one["gives"] else None)


@pytest.mark.parametrize(
    ("hosts", "prefix"),
    [(1, 29), (3, 29), (4, 28), (11, 28), (12, 27), (27, 27), (28, 26), (251, 24), (252, 23), (16_000, 18)],
)
def test_a_range_has_room_and_not_twice_too_much(hosts: int, prefix: int) -> None:
    assert prefix_for(hosts) == prefix
    network = IPv4Network((0, prefix))
    assert room(network) >= hosts
    assert prefix == 29 or room(IPv4Network((0, prefix + 1))) < hosts


@pytest.mark.parametrize("prefix", range(18, 30))
def test_the_room_is_what_machines_can_really_have(prefix: int) -> None:
    network = AllocatedNetwork("common", IPv4Network(f"10.0.0.0/{prefix}"))
    names = [f"web-{n}" for n in range(1, room(network.cidr) + 1)]
    addresses = [address for _, address in machine_addresses(network, names, {})]
    assert len(set(addresses)) == len(names)
    kept_free = {network.cidr.network_address, network.cidr.broadcast_address, network.gateway, *network.automatic}
    assert len(kept_free) == 5
    assert not kept_free & set(addresses)
    assert kept_free | set(addresses) == set(network.cidr)


def test_the_neighbourhood_of_every_address_the_province_names_stays_free() -> None:
    assert {str(n) for n in spoken_for(province())} == {
        "100.64.0.0/24",  # DNS, NTP, mirror, logs
        "100.64.1.0/24",  # bastion
        "198.18.255.0/24",
        "100.67.255.0/24",  # the exchange's two sides
    }
    assert str(given(asked()).networks["main"].cidr) == "100.64.2.0/28"


def test_a_wide_range_that_the_province_names_stays_free_as_a_whole() -> None:
    wide = province(baseline=[{"to": "cidr/100.64.0.0/20", "ports": ["icmp"], "reason": "监控"}])
    assert str(given(asked(), province=wide).networks["main"].cidr) == "100.64.16.0/28"


def test_ranges_in_the_cloud_stay_free_whoever_owns_them() -> None:
    crowded = facts(subnets=(IPv4Network("100.64.2.0/24"),))
    assert str(given(asked(), facts=crowded).networks["main"].cidr) == "100.64.3.0/28"


def test_what_others_were_given_stays_theirs_on_every_site() -> None:
    first = given(asked(), "t-first1")
    assert str(first.networks["main"].cidr) == "100.64.2.0/28"
    assert str(given(asked(), "t-second", first).networks["main"].cidr) == "100.64.2.16/28"
    elsewhere = replace(first, site="other")
    assert str(given(asked(), "t-second", elsewhere).networks["main"].cidr) == "100.64.2.16/28"


def test_a_range_that_a_rule_still_names_is_given_to_nobody_else() -> None:
    """Whoever was given it would pass the rule, which nobody opened for him."""
    told = {"code": "DOT-901", "name": "对方", "purpose": "测试", "mlps": 2, "classified": False}
    peer = given(asked(system=told), "t-peer00")
    freed = peer.networks["main"].cidr
    flows = [{"from": "system/DOT-901", "to": "web", "ports": ["443/tcp"], "reason": "核验"}]
    naming = given(asked(flows=flows), "t-naming", peer)
    assert naming.peers == {"DOT-901": (peer.networks["main"],)}
    assert freed == IPv4Network("100.64.2.0/28")
    # the peer is destroyed, or gave the network up
    smaller = replace(peer, networks={}, machines={})
    for others in ((naming,), (naming, smaller)):
        assert given(asked(), "t-other0", *others).networks["main"].cidr == IPv4Network("100.64.2.32/28")
    another = given(asked(system=told, environment="staging"), "t-stage0", naming)
    assert another.networks["main"].cidr != freed
    assert given(asked(system=told), "t-peer00", naming, smaller).networks["main"].cidr == freed, "it is still its own"
    saved = Ledger(reserved={"t-naming": naming})
    assert given(asked(), "t-other0", ledger=saved).networks["main"].cidr != freed, "a saved plan may be applied"
    closed = given(asked(), "t-naming", naming)
    assert closed.peers == {}
    begun = closed.beside(naming)
    assert begun.peers == naming.beside(naming).peers == naming.peers
    assert given(asked(), "t-other0", begun).networks["main"].cidr != freed, "its rule may stand until that is done"
    assert given(asked(), "t-other0", closed).networks["main"].cidr == freed, "once no rule names it, it is free"


def test_an_exhausted_pool_is_a_shortage_of_that_network() -> None:
    zones = {"common": {"external_network": "common", "pool": ["10.0.0.0/29"]}}
    small = province(zones=zones, baseline=[])
    networks = {"a": {"hosts": 3}, "b": {"hosts": 3}, "c": {"hosts": 200}}
    request = asked(iaas={"networks": networks, "servers": {"web": server(network="a")}})
    allocation, missing = allocate(case(request, province=small))
    assert allocation is None
    assert [(m.code, m.key, m.params) for m in missing] == [
        ("capacity.pool-empty", "iaas.networks.b", {"zone": "common", "hosts": 3}),
        ("capacity.pool-empty", "iaas.networks.c", {"zone": "common", "hosts": 200}),
    ]


def test_a_removed_networks_range_goes_to_another_once_it_is_free() -> None:
    two = {"networks": {"a": {"hosts": 3}, "b": {"hosts": 3}}, "servers": {"web": server(network="a")}}
    one = {"networks": {"a": {"hosts": 3}}, "servers": {"web": server(network="a")}}
    three = {"networks": {"a": {"hosts": 3}, "c": {"hosts": 3}}, "servers": {"web": server(network="a")}}
    had = given(asked(iaas=two))
    freed = had.networks["b"].cidr
    shrunk = given(asked(iaas=one), "t-aaaaaa", had)
    assert set(shrunk.networks) == {"a"}
    # while the range is still ours, and while it still stands in the cloud, nobody gets it
    assert given(asked(iaas=three), "t-aaaaaa", had).networks["c"].cidr != freed
    standing = facts(subnets=(freed,))
    assert given(asked(iaas=three), "t-aaaaaa", shrunk, facts=standing).networks["c"].cidr != freed
    assert given(asked(iaas=three), "t-aaaaaa", shrunk).networks["c"].cidr == freed


def _servers(**counts: int) -> dict[str, Any]:
    return {key: server(count=count) for key, count in counts.items()}


def _network(hosts: int, **counts: int) -> dict[str, Any]:
    return {"networks": {"main": {"hosts": hosts}}, "servers": _servers(**counts)}


def test_machines_keep_their_addresses_when_others_come_and_go() -> None:
    first = given(asked(iaas=_network(20, web=2, app=2)))
    assert {name: str(m.address) for name, m in first.machines.items()} == {
        "app-1": "100.64.2.2",
        "app-2": "100.64.2.3",
        "web-1": "100.64.2.4",
        "web-2": "100.64.2.5",
    }
    grown = given(asked(iaas=_network(20, app=3, web=1, db=1)), "t-aaaaaa", first)
    assert {name: str(m.address) for name, m in grown.machines.items()} == {
        "app-1": "100.64.2.2",
        "app-2": "100.64.2.3",
        "app-3": "100.64.2.6",  # not web-2's: that one still stands
        "db-1": "100.64.2.7",
        "web-1": "100.64.2.4",
    }


def test_an_address_is_not_given_anew_while_the_machine_that_had_it_still_stands() -> None:
    """The new port would be made before the old one is gone, and Neutron would refuse it for ever."""
    first = given(asked(iaas=_network(11, web=2)))
    swapped = given(asked(iaas=_network(11, app=2)), "t-aaaaaa", first)
    assert not {m.address for m in first.machines.values()} & {m.address for m in swapped.machines.values()}
    # once they are gone, theirs are free again
    again = given(asked(iaas=_network(11, app=2, web=1)), "t-aaaaaa", swapped)
    assert again.machines["web-1"].address == first.machines["web-1"].address
    assert again.machines["app-1"] == swapped.machines["app-1"]


def test_a_full_network_cannot_exchange_all_its_machines_at_once() -> None:
    first = given(asked(iaas=_network(3, web=3)))
    allocation, missing = allocate(case(asked(iaas=_network(3, app=2)), "t-aaaaaa", first))
    assert allocation is None
    assert [(m.code, m.key) for m in missing] == [("capacity.network-busy", "iaas.networks.main")]
    assert missing[0].params == {"network": "main", "cidr": IPv4Network("100.64.2.0/29"), "leaving": 3, "wanted": 2}
    smaller = given(asked(iaas=_network(3, web=1)), "t-aaaaaa", first)
    assert len(given(asked(iaas=_network(3, web=1, app=2)), "t-aaaaaa", smaller).machines) == 3


def test_a_machine_that_changes_networks_gets_an_address_there() -> None:
    def request(network: str) -> Any:
        networks = {"a": {"hosts": 3}, "b": {"hosts": 3}}
        return asked(iaas={"networks": networks, "servers": {"web": server(network=network)}})

    first = given(request("a"))
    moved = given(request("b"), "t-aaaaaa", first).machines["web-1"]
    assert moved.network == "b"
    assert moved.address in first.networks["b"].cidr
    assert moved.zone == first.machines["web-1"].zone


def _random_iaas(dice: random.Random) -> dict[str, Any]:
    networks = {
        key: {"zone": zone, "hosts": dice.randint(12, 40)}
        for key, zone in (("a", "common"), ("b", "internet"), ("c", "common"))
        if key == "a" or dice.random() < 0.6
    }
    servers = {
        key: server(count=dice.randint(1, 4), network=dice.choice(sorted(networks)))
        for key in ("web", "app", "db")
        if key == "web" or dice.random() < 0.6
    }
    return {"networks": networks, "servers": servers}


def _check(one: Allocation, where: Province) -> None:
    for network in one.networks.values():
        assert any(network.cidr.subnet_of(pool) for pool in where.zones[network.zone].pool)  # type: ignore[index]
        assert not any(network.cidr.overlaps(named) for named in spoken_for(where))
    addresses = [m.address for m in one.machines.values()]
    assert len(set(addresses)) == len(addresses)
    for machine in one.machines.values():
        network = one.networks[machine.network]
        assert machine.address in network.cidr
        assert machine.address not in (network.gateway, *network.automatic, network.cidr[0], network.cidr[-1])


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_and_goes_nothing_overlaps_moves_or_depends_on_luck(seed: int) -> None:
    """Random sequences of requests and ends of four tenancies."""
    dice, where = random.Random(seed), province()
    held: dict[str, Allocation] = {}
    for _ in range(12):
        name = dice.choice(["t-aaaaaa", "t-bbbbbb", "t-cccccc", "t-dddddd"])
        before = held.get(name)
        if before and dice.random() < 0.2:
            del held[name]
            continue
        request = asked(iaas=_random_iaas(dice))
        found, missing = allocate(case(request, name, ledger=ledger(*held.values())))
        shuffled = ledger(*dice.sample(list(held.values()), len(held)))
        assert allocate(case(request, name, ledger=shuffled)) == (found, missing)
        if found is None:
            assert set(codes(missing)) <= {"capacity.network-full", "capacity.network-moved", "capacity.network-busy"}
            continue
        _check(found, where)
        for key in found.networks.keys() & (before.networks if before else {}):
            assert before
            assert found.networks[key] == before.networks[key]
        for key in found.machines.keys() & (before.machines if before else {}):
            assert before
            if found.machines[key].network == before.machines[key].network:
                assert found.machines[key] == before.machines[key]
        held[name] = found
        ranges = [network.cidr for one in held.values() for network in one.networks.values()]
        assert not any(a.overlaps(b) for a, b in combinations(ranges, 2))
    assert held


def test_a_network_keeps_its_range_and_cannot_outgrow_or_leave_it() -> None:
    had = given(asked(iaas=_network(11, web=1)))
    cidr = had.networks["main"].cidr
    smaller = given(asked(iaas=_network(1, web=1)), "t-aaaaaa", had)
    assert smaller.networks["main"].cidr == cidr == ip_network("100.64.2.0/28")
    _, missing = allocate(case(asked(iaas=_network(12, web=1)), "t-aaaaaa", had))
    assert [(m.code, m.key) for m in missing] == [("capacity.network-full", "iaas.networks.main.hosts")]
    assert missing[0].params == {"network": "main", "cidr": cidr, "room": 11, "hosts": 12}
    moved = {"networks": {"main": {"hosts": 11, "zone": "dedicated"}}, "servers": {"web": server()}}
    _, missing = allocate(case(asked(iaas=moved), "t-aaaaaa", had))
    assert [(m.code, m.key, m.params["zone"]) for m in missing] == [
        ("capacity.network-moved", "iaas.networks.main.zone", "common")
    ]


def test_a_network_that_nobody_wrote_is_sized_once_and_then_filled() -> None:
    """Four times the machines are asked when it is made: a third machine must not outgrow the room of eleven."""

    def request(count: int) -> Any:
        return asked(iaas={"servers": _servers(web=count)})

    had = given(request(2))
    assert room(had.networks["main"].cidr) == 11
    assert given(request(11), "t-aaaaaa", had).networks == had.networks
    _, missing = allocate(case(request(12), "t-aaaaaa", had))
    assert [(m.code, m.params["hosts"]) for m in missing] == [("capacity.network-full", 12)]


def test_the_gateway_is_first_and_neutrons_own_are_last() -> None:
    network = AllocatedNetwork("common", IPv4Network("10.0.0.0/28"))
    assert network.gateway == IPv4Address("10.0.0.1")
    assert network.automatic == (IPv4Address("10.0.0.13"), IPv4Address("10.0.0.14"))
