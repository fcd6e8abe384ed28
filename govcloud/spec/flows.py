"""Flows as security rules: for every group of servers, what may come in and go out, and why.

Nothing but what a flow names is open, egress included. Two ends in different zones never meet: such a flow goes
through the exchange, as two half flows to the exchange's addresses of each zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from govcloud.request.decode import dotted
from govcloud.request.ends import End, Port
from govcloud.request.flows import Flow
from govcloud.spec.site import Ground

Direction = Literal["ingress", "egress"]
ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, order=True)
class RuleSpec:
    """One security rule; the other side is a range of addresses or a group of the same tenancy (its key)."""

    direction: Direction
    protocol: str
    first: int | None
    last: int | None
    prefix: str | None = None
    group: str | None = None

    @property
    def ports(self) -> str:
        """Protocol and ports as people write them: 443/tcp, icmp."""
        if self.first is None:
            return self.protocol
        numbers = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{numbers}/{self.protocol}"

    @property
    def key(self) -> str:
        """What tells the rule apart in its group, from its content."""
        ports = "" if self.first is None else f"/{self.first}" + (f"-{self.last}" if self.last != self.first else "")
        return f"{self.direction}/{self.protocol}{ports}/{self.prefix or self.group}"


@dataclass(frozen=True)
class Opened:
    """A rule and why it is there; a rule of the baseline belongs to every server and names none.

    `flow` is the path of the flow that asks for it, in the request or in province.yaml.
    """

    origin: Literal["request", "baseline"]
    server: str
    rule: RuleSpec
    reason: str
    flow: str


def opened(ground: Ground) -> Iterator[Opened]:
    """Every rule of the request's flows, each of whose ends that is ours, then the baseline's."""
    for index, flow in enumerate(ground.request.flows):
        key = dotted(("flows", index))
        for server in ground.topology.servers_at(flow.from_):
            yield from _half(ground, server, "egress", flow, key)
        for server in ground.topology.servers_at(flow.to):
            yield from _half(ground, server, "ingress", flow, key)
    for index, standard in enumerate(ground.province.baseline):
        end = standard.to or standard.from_
        for port in standard.ports if end else ():
            rule = _rule("egress" if standard.to else "ingress", port, prefix=end.name if end else None)
            yield Opened("baseline", "", rule, standard.reason, dotted(("baseline", index)))


def _half(ground: Ground, server: str, direction: Direction, flow: Flow, key: str) -> Iterator[Opened]:
    other = flow.to if direction == "egress" else flow.from_
    zone = ground.topology.zone_of(server)
    for remote in _exchange(ground, zone) if flow.via == "exchange" else _remotes(ground, zone, other):
        for port in flow.ports:
            prefix, group = (None, remote.name) if remote.kind == "key" else (remote.name, None)
            yield Opened("request", server, _rule(direction, port, prefix=prefix, group=group), flow.reason, key)


def _exchange(ground: Ground, zone: str) -> Iterator[End]:
    for address in ground.zone(zone).exchange:
        yield End("cidr", f"{address}/32")


def _remotes(ground: Ground, zone: str, end: End) -> Iterator[End]:
    """What a server in `zone` may name for the other end: a group or prefixes, none of them in another zone.

    A flow for which there is nothing to name is refused before (`request/idle.py`, `plan/unbuilt.py`).
    """
    match end.kind:
        case "key" if end.name in ground.request.iaas.servers and ground.topology.zone_of(end.name) == zone:
            yield end
        case "network" if ground.allocation.networks[end.name].zone == zone:
            yield End("cidr", str(ground.allocation.networks[end.name].cidr))
        case "zone" if end.name == zone:
            prefixes = [ANYWHERE] if zone == "internet" else [str(pool) for pool in ground.zone(zone).pool]
            yield from (End("cidr", prefix) for prefix in prefixes)
        case "cidr":
            yield end
        case "system":
            networks = ground.allocation.peers.get(end.name, ())
            yield from (End("cidr", str(network.cidr)) for network in networks if network.zone == zone)


def _rule(direction: Direction, port: Port, *, prefix: str | None = None, group: str | None = None) -> RuleSpec:
    if port.protocol == "icmp":
        return RuleSpec(direction, "icmp", None, None, prefix, group)
    return RuleSpec(direction, port.protocol, port.first, port.last, prefix, group)
