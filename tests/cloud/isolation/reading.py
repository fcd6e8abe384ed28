"""What a request's flows and the province's baseline open, read from the YAML alone.

Nothing here imports govcloud: it is an independent reading of the design.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Literal

from tests.cloud.isolation.wiring import Probe, Protocol

Direction = Literal["ingress", "egress"]


@dataclass(frozen=True)
class Opening:
    """One thing a server may do; `server` is empty for every server. The other side is a server of the same tenancy, or
    addresses.
    """

    server: str
    direction: Direction
    protocol: Protocol
    first: int
    last: int
    other: str | IPv4Network

    @property
    def probes(self) -> Iterator[Probe]:
        """Its edges, and what lies just beyond them."""
        if self.protocol == "icmp":
            yield Probe("icmp")
            return
        for port in (self.first - 1, self.first, self.last, self.last + 1):
            yield Probe(self.protocol, port)


@dataclass(frozen=True)
class Reading:
    """Everything one tenancy may do."""

    openings: tuple[Opening, ...]

    def allows(
        self, server: str, direction: Direction, probe: Probe, address: IPv4Address, neighbour: str | None = None
    ) -> bool:
        """May `server` exchange this with an address? `neighbour` is the server there when it is of its tenancy."""
        return any(
            one.server in ("", server)
            and one.direction == direction
            and one.protocol == probe.protocol
            and (one.protocol == "icmp" or one.first <= probe.port <= one.last)
            and (one.other == neighbour if isinstance(one.other, str) else address in one.other)
            for one in self.openings
        )


def read(request: Mapping[str, Any], province: Mapping[str, Any], ranges: Mapping[str, IPv4Network]) -> Reading:
    """The reading of a request; `ranges` are its networks' addresses, by their keys."""
    return Reading((*_flows(request, province, ranges), *_baseline(province)))


def _flows(
    request: Mapping[str, Any], province: Mapping[str, Any], ranges: Mapping[str, IPv4Network]
) -> Iterator[Opening]:
    networks, servers = request["iaas"]["networks"], request["iaas"]["servers"]
    zone = {key: networks[server["network"]]["zone"] for key, server in servers.items()}
    for flow in request["flows"]:
        for mine, other, direction in ((flow["from"], flow["to"], "egress"), (flow["to"], flow["from"], "ingress")):
            for server in servers:
                if mine not in (server, f"network/{servers[server]['network']}"):
                    continue
                for remote in _others(flow, other, zone[server], zone, province, ranges):
                    for ports in flow["ports"]:
                        yield _opening(server, direction, ports, remote)  # type: ignore[arg-type] # the pair above


def _others(
    flow: Mapping[str, Any],
    end: str,
    here: str,
    zone: Mapping[str, str],
    province: Mapping[str, Any],
    ranges: Mapping[str, IPv4Network],
) -> Iterator[str | IPv4Network]:
    """Who is meant by an end of a flow, seen from a server in the zone `here`."""
    kind, _, name = end.partition("/")
    if flow.get("via") == "exchange":
        yield from (IPv4Network(address) for address in province["zones"][here]["exchange"])
    elif kind == "zone":
        pools = ["0.0.0.0/0"] if name == "internet" else province["zones"][name]["pool"]
        yield from (IPv4Network(pool) for pool in pools if name == here)
    elif kind == "cidr":
        yield IPv4Network(name)
    elif kind == "network":
        yield ranges[name]
    elif zone[end] == here:
        yield end


def _baseline(province: Mapping[str, Any]) -> Iterator[Opening]:
    for flow in province["baseline"]:
        direction: Direction = "egress" if "to" in flow else "ingress"
        for ports in flow["ports"]:
            yield _opening("", direction, ports, IPv4Network((flow.get("to") or flow["from"]).removeprefix("cidr/")))


def _opening(server: str, direction: Direction, ports: str, other: str | IPv4Network) -> Opening:
    if ports == "icmp":
        return Opening(server, direction, "icmp", 0, 0, other)
    numbers, _, protocol = ports.partition("/")
    first, _, last = numbers.partition("-")
    assert protocol in ("tcp", "udp")
    return Opening(server, direction, protocol, int(first), int(last or first), other)  # type: ignore[arg-type]
