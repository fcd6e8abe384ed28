"""The other systems that a tenancy's flows name: which networks of theirs its rules speak of. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from govcloud.allocation.ledger import AllocatedNetwork, Allocation, Ledger
from govcloud.request.ends import End
from govcloud.request.model import Request
from govcloud.request.topology import Topology, topology


def peers(request: Request, ledger: Ledger, site: str) -> Mapping[str, tuple[AllocatedNetwork, ...]]:
    """By the other system's code, its networks on this site in the zones of the ends that talk to it.

    Through the exchange nobody names the other side, and zones do not meet otherwise.
    """
    topo = topology(request)
    zones: dict[str, set[str]] = defaultdict(set)
    for flow in request.flows:
        for ours, theirs in ((flow.from_, flow.to), (flow.to, flow.from_)):
            zone = _zone(topo, request, ours)
            if theirs.kind == "system" and flow.via is None and zone is not None:
                zones[theirs.name].add(zone)
    found = {
        system: {
            network
            for peer in ledger.peers(system, request.environment)
            for network in peer.networks.values()
            if peer.site == site and network.zone in within
        }
        for system, within in sorted(zones.items())
    }
    return {system: tuple(sorted(networks, key=lambda n: n.cidr)) for system, networks in found.items() if networks}


def left(given: Allocation, ledger: Ledger) -> Iterator[tuple[str, list[IPv4Network]]]:
    """The ranges that the rules of a tenancy name and that are their system's no longer, by its code."""
    for system, networks in sorted(given.peers.items()):
        still = {n.cidr for peer in ledger.peers(system, given.environment) for n in peer.networks.values()}
        gone = [network.cidr for network in networks if network.cidr not in still]
        if gone:
            yield system, gone


def _zone(topo: Topology, request: Request, end: End) -> str | None:
    """The zone in which an end that is ours stands."""
    if end.kind == "network":
        return topo.networks[end.name].zone
    return topo.zone_of(end.name) if end.kind == "key" and end.name in request.iaas.servers else None
