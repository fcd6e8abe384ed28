"""Every pair of machines, every packet: what the pipeline does, and what the requests say it should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import permutations
from typing import Literal

from tests.cloud.conftest import Devcloud
from tests.cloud.isolation.conftest import Neighbour
from tests.cloud.isolation.pipeline import Pipeline, pipeline
from tests.cloud.isolation.reading import Reading
from tests.cloud.isolation.wiring import Machine, Probe, acquaintances

# within the tenancy's own networks and routers, or over a zone's external network
Way = Literal["inside", "outside"]


@dataclass(frozen=True)
class Attempt:
    """One machine asks another for something."""

    source: Machine
    target: Machine
    probe: Probe

    def __str__(self) -> str:
        return f"{self.source} → {self.target} {self.probe}"

    @property
    def strangers(self) -> bool:
        """Are they of two tenancies?"""
        return self.source.tenancy != self.target.tenancy

    @property
    def apart(self) -> bool:
        """Are they in two zones?"""
        return self.source.zone != self.target.zone


@dataclass(frozen=True)
class Street:
    """Some tenancies side by side: their machines, what each may do, and where its request stands."""

    devcloud: Devcloud
    machines: Sequence[Machine]
    readings: Mapping[str, Reading]
    requests: Mapping[str, str]

    @property
    def probes(self) -> list[Probe]:
        """Whatever anybody here opened, what lies just beyond, and what nobody opened."""
        found = {probe for reading in self.readings.values() for one in reading.openings for probe in one.probes}
        return sorted(found | {Probe("icmp"), Probe("tcp", 3389), Probe("udp", 161)}, key=str)

    @property
    def attempts(self) -> list[Attempt]:
        """All pairs, both ways, everything."""
        pairs = permutations(self.machines, 2)
        return [Attempt(source, target, probe) for source, target in pairs for probe in self.probes]

    @property
    def neighbours(self) -> Mapping[IPv4Address, str]:
        """Who answers for an address on its own network."""
        return {machine.address: machine.link for machine in self.machines}

    @contextmanager
    def now(self) -> Iterator[Pipeline]:
        """The pipeline as it is now."""
        with pipeline(self.devcloud, acquaintances(self.machines)) as flows:
            yield flows

    def passing(self) -> Mapping[Attempt, Way]:
        """What passes now, and which way it takes."""
        with self.now() as flows:
            ways = {one: _way(flows, one, self.neighbours) for one in self.attempts}
        return {one: way for one, way in ways.items() if way}

    def expected(self) -> set[Attempt]:
        """What should pass, by the requests."""
        return {one for one in self.attempts if self._should(one)}

    def _should(self, one: Attempt) -> bool:
        source, target, probe = one.source, one.target, one.probe
        alone = one.strangers or one.apart
        leaves = self.readings[source.tenancy].allows(
            source.server, "egress", probe, target.address, None if alone else target.server
        )
        seen = source.seen_as if alone else source.address
        enters = self.readings[target.tenancy].allows(
            target.server, "ingress", probe, seen, None if alone else source.server
        )
        return leaves and enters


def street(devcloud: Devcloud, *neighbours: Neighbour) -> Street:
    """Tenancies as they are wired now."""
    return Street(
        devcloud,
        [machine for one in neighbours for machine in one.machines],
        {one.tenancy: one.reading for one in neighbours},
        {one.tenancy: one.path for one in neighbours},
    )


def _way(flows: Pipeline, one: Attempt, neighbours: Mapping[IPv4Address, str]) -> Way | None:
    """Which way it arrives. Outside, the province's routers are taken to forward everything between all zones."""
    landing = flows.follow(one.source.send(one.target.address, one.probe, neighbours))
    if one.target.port in landing.ports:
        return "inside"
    if one.source.gateway.outside not in landing.ports:
        return None
    arrived = flows.follow(one.target.arrive(landing.source, one.probe))
    return "outside" if one.target.port in arrived.ports else None


def told(attempts: Iterable[Attempt]) -> list[str]:
    """Attempts as sorted lines, for an assertion to show."""
    return sorted(map(str, attempts))
