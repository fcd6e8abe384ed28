"""What a request asks to be built, with the defaults filled in and every machine by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from govcloud.request.ends import End
from govcloud.request.iaas import Server, Volume, ZoneName
from govcloud.request.model import DataGrade, Request

DEFAULT_NETWORK: Final = "main"
ROOM: Final = 4  # a default network has room for this many times its machines
GRADES: Final[tuple[DataGrade, ...]] = ("general", "important", "core")


@dataclass(frozen=True)
class Default:
    """A value the request left open and we filled in; the plan shows it as a default."""

    key: str
    value: str


@dataclass(frozen=True)
class PlacedNetwork:
    """A network with its zone, and room for `hosts` addresses."""

    key: str
    zone: ZoneName
    hosts: int
    tier: str | None


@dataclass(frozen=True)
class Machine:
    """One of the `count` machines of a server; `name` is its name for life (`web-1`)."""

    server: str
    ordinal: int
    network: str

    @property
    def name(self) -> str:
        """Server key and ordinal, counted from 1."""
        return f"{self.server}-{self.ordinal}"


@dataclass(frozen=True)
class Topology:
    """Networks and machines by name."""

    networks: Mapping[str, PlacedNetwork]
    machines: tuple[Machine, ...]
    defaults: tuple[Default, ...]

    def zones(self) -> tuple[ZoneName, ...]:
        """The zones in use, sorted."""
        return tuple(sorted({network.zone for network in self.networks.values()}))

    def zone_of(self, server: str) -> ZoneName:
        """The zone a server's machines stand in."""
        return next(self.networks[m.network].zone for m in self.machines if m.server == server)

    def of(self, server: str) -> Iterator[Machine]:
        """The machines of a server, by ordinal."""
        return (m for m in self.machines if m.server == server)

    def servers_at(self, end: End) -> tuple[str, ...]:
        """The servers that an end of a flow stands for."""
        on = {"key": lambda m: m.server, "network": lambda m: m.network}.get(end.kind)
        return tuple(dict.fromkeys(m.server for m in self.machines if on and on(m) == end.name))

    def zone_at(self, end: End) -> str | None:
        """The zone an end of a flow lies in; None for a range, a system, and what has no machines of its own."""
        match end.kind:
            case "zone":
                return end.name
            case "network":
                return self.networks[end.name].zone
            case _:
                return next((self.zone_of(server) for server in self.servers_at(end)), None)


def topology(request: Request) -> Topology:
    """The topology of a request that `check` found nothing wrong with."""
    defaults: list[Default] = []
    total = sum(server.count for server in request.iaas.servers.values())
    networks = {
        key: PlacedNetwork(key, network.zone or request.zone, network.hosts, network.tier)
        for key, network in request.iaas.networks.items()
    }
    defaults += [
        Default(f"iaas.networks.{key}.zone", request.zone)
        for key, network in request.iaas.networks.items()
        if network.zone is None
    ]
    if not networks:
        networks = {DEFAULT_NETWORK: PlacedNetwork(DEFAULT_NETWORK, request.zone, total * ROOM, None)}
        defaults.append(Default(f"iaas.networks.{DEFAULT_NETWORK}", f"{{zone: {request.zone}, hosts: {total * ROOM}}}"))
    defaults += [Default(key, value) for key, value in _silent(request)]
    machines: list[Machine] = []
    for key, server in request.iaas.servers.items():
        network = server.network or next(iter(networks))
        if server.network is None:
            defaults.append(Default(f"iaas.servers.{key}.network", network))
        machines += [Machine(key, ordinal, network) for ordinal in range(1, server.count + 1)]
    return Topology(networks, tuple(machines), tuple(defaults))


def _silent(request: Request) -> Iterator[tuple[str, str]]:
    """Keys at the top that the request did not write."""
    if "zone" not in request.model_fields_set:
        yield "zone", request.zone
    for key, server in request.iaas.servers.items():
        if "count" not in server.model_fields_set:
            yield f"iaas.servers.{key}.count", str(server.count)


def held(request: Request, volume: Volume) -> tuple[str, ...]:
    """The data a volume holds: what it names, else all data of the request."""
    return volume.holds or tuple(request.data)


def grade_of(request: Request, volume: Volume) -> DataGrade:
    """The highest grade of the data a volume holds."""
    return max((request.data[key].grade for key in held(request, volume)), key=GRADES.index)


def machine_count(servers: Mapping[str, Server], network: str, only: bool) -> int:
    """How many machines stand on `network`; `only` when it is the one network there is."""
    return sum(s.count for s in servers.values() if s.network == network or (only and s.network is None))
