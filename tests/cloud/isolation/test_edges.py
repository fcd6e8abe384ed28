"""The edge of a tenancy: what comes in from outside, what leaves under which address, and who can lie about itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from itertools import permutations

import pytest
import yaml

from tests.cloud.conftest import Devcloud
from tests.cloud.isolation.byhand import ANYTHING, everything_open, rule, unprotected
from tests.cloud.isolation.conftest import Neighbour
from tests.cloud.isolation.reading import Direction
from tests.cloud.isolation.verdicts import Street, street
from tests.cloud.isolation.wiring import Machine, Probe


@pytest.fixture(scope="module")
def town(devcloud: Devcloud, neighbours: tuple[Neighbour, ...]) -> Street:
    return street(devcloud, *neighbours)


@pytest.fixture(scope="module")
def places(neighbours: tuple[Neighbour, ...]) -> list[IPv4Address]:
    """Whoever is out there: anybody, a host of each zone, the baseline's hosts, the exchange in each zone."""
    province = yaml.safe_load((neighbours[0].shop.root / "province.yaml").read_text("utf-8"))
    baseline = [(flow.get("to") or flow["from"]).removeprefix("cidr/") for flow in province["baseline"]]
    zones = province["zones"].values()
    named = ["203.0.113.9", *baseline, *(a for zone in zones for a in (*zone["pool"], *zone.get("exchange", ())))]
    # the end of a range: its beginning may be the tenancies' own
    return [network[max(network.num_addresses - 2, 0)] for network in map(IPv4Network, named)]


@dataclass(frozen=True)
class Crossing:
    """A packet over the edge of a tenancy."""

    machine: Machine
    place: IPv4Address
    probe: Probe
    target: IPv4Address | None = None

    def __str__(self) -> str:
        return f"{self.machine} ({self.target or self.machine.address}), {self.place}, {self.probe}"


Tried = Mapping[Crossing, bool]


def coming_in(town: Street, places: Iterable[IPv4Address]) -> Tried:
    """Who is reached from his zone's external network, by his own address and by his public one."""
    tries = [
        Crossing(machine, place, probe, target)
        for machine in town.machines
        for target in (machine.address, machine.public)
        for place in places
        for probe in town.probes
        if target
    ]
    with town.now() as flows:
        return {
            one: one.machine.port in flows.follow(one.machine.arrive(one.place, one.probe, one.target)).ports
            for one in tries
        }


def going_out(town: Street, places: Iterable[IPv4Address]) -> Tried:
    """Who gets out to his zone's external network; always under the address he should be seen as."""
    found = {}
    with town.now() as flows:
        for machine in town.machines:
            for place in places:
                for probe in town.probes:
                    landing = flows.follow(machine.send(place, probe, town.neighbours))
                    found[Crossing(machine, place, probe)] = machine.gateway.outside in landing.ports
                    assert not landing.ports or landing.source == machine.seen_as
    return found


def to_public(town: Street) -> Tried:
    """Who reaches the public addresses of the others over the external network they share."""
    pairs = [(one, other) for one, other in permutations(town.machines, 2) if other.public and one.zone == other.zone]
    with town.now() as flows:
        return {
            Crossing(one, other.public, probe): other.port
            in flows.follow(one.send(other.public, probe, town.neighbours)).ports
            for one, other in pairs
            for probe in town.probes
            if other.public
        }


def allowed(town: Street, tried: Tried, direction: Direction) -> Tried:
    """The same by the requests."""
    readings = town.readings
    return {
        one: readings[one.machine.tenancy].allows(one.machine.server, direction, one.probe, one.place) for one in tried
    }


def differing(tried: Tried, wanted: Tried) -> list[str]:
    return sorted(f"{one}: {tried[one]}" for one in tried if tried[one] != wanted[one])


def test_only_what_is_declared_comes_in(
    town: Street, places: list[IPv4Address], neighbours: tuple[Neighbour, ...]
) -> None:
    """By the public address as by the own one: a floating IP opens nothing."""
    tried = coming_in(town, places)
    assert differing(tried, allowed(town, tried, "ingress")) == []
    anybody = [one for one, arrived in tried.items() if arrived and one.place == places[0]]
    assert {(one.machine.server, str(one.probe)) for one in anybody} == {("front", "443/tcp")}
    assert any(one.target == one.machine.public for one in anybody)
    with everything_open(*neighbours):
        tried = coming_in(town, places)
    assert all(tried.values())


def test_only_what_is_declared_goes_out(
    town: Street, places: list[IPv4Address], neighbours: tuple[Neighbour, ...]
) -> None:
    """And addresses are translated in the internet zone only."""
    tried = going_out(town, places)
    assert differing(tried, allowed(town, tried, "egress")) == []
    assert {one.machine.zone for one, left in tried.items() if left} == {"internet", "common"}
    with everything_open(*neighbours):
        tried = going_out(town, places)
    assert all(tried.values())


def test_public_addresses_of_others_are_no_way_around(town: Street, neighbours: tuple[Neighbour, ...]) -> None:
    assert not any(to_public(town).values())
    with everything_open(*neighbours):
        tried = to_public(town)
    assert tried
    assert all(tried.values())


def test_public_addresses_exist_in_the_internet_zone_only(town: Street) -> None:
    published = {(machine.server, machine.zone) for machine in town.machines if machine.public}
    assert published == {("front", "internet")}


def test_nobody_speaks_under_a_false_name(town: Street, neighbours: tuple[Neighbour, ...]) -> None:
    """Not with another's address, not with another link address, not with both."""
    liar, victim, database = (_machine(town, neighbours[0], name) for name in ("app-1", "app-2", "db-1"))
    honest = liar.send(database.address, Probe("tcp", 5432), town.neighbours)
    stray = "02:00:00:00:00:66"
    names = [(victim.address, liar.link), (liar.address, stray), (victim.address, stray)]
    lies = [replace(honest, source=address, sender=link) for address, link in names]
    with town.now() as flows:
        assert flows.follow(honest).ports == {database.port}
        assert [flows.follow(lie).ports for lie in lies] == [frozenset()] * 3
    # the twin; who is out of its group is no longer known to the database by it
    with unprotected(neighbours[0], liar), rule(neighbours[0], "server-db", "ingress", **ANYTHING), town.now() as flows:
        assert [flows.follow(lie).ports for lie in lies] == [{database.port}] * 3


def test_nobody_answers_for_another(town: Street, neighbours: tuple[Neighbour, ...]) -> None:
    """An ARP reply in the gateway's name would draw the traffic of the whole network."""
    liar, victim = (_machine(town, neighbours[0], name) for name in ("app-1", "app-2"))

    def reply(name: IPv4Address) -> str:
        return (
            f'inport == "{liar.port}" && eth.src == {liar.link} && eth.dst == {victim.link} && arp.op == 2'
            f" && arp.sha == {liar.link} && arp.spa == {name}"
            f" && arp.tha == {victim.link} && arp.tpa == {victim.address}"
        )

    with town.now() as flows:
        assert victim.port in flows.ask("trace", "--minimal", reply(liar.address))
        assert "output" not in flows.ask("trace", "--minimal", reply(liar.network[1]))


def _machine(town: Street, neighbour: Neighbour, name: str) -> Machine:
    return next(one for one in town.machines if (one.tenancy, one.name) == (neighbour.tenancy, name))
