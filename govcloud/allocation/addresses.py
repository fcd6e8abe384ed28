"""Addresses from the zones' pools: deterministic, never moved, shown before they exist.

First fit: a network gets the lowest free block that is large enough, a machine the lowest free address of its
network. What was given stays given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from govcloud.allocation.ledger import AllocatedNetwork
from govcloud.province.model import SMALLEST_PREFIX, Province, Zone

# network, broadcast, gateway, and two addresses that Neutron may take for itself
OVERHEAD: Final = 5
# the operator's own services stand near the addresses province.yaml names; their whole /24 is left alone
NEIGHBOURHOOD: Final = 24


def prefix_for(hosts: int) -> int:
    """The longest prefix with room for `hosts` machines."""
    return min(SMALLEST_PREFIX, 32 - (hosts + OVERHEAD - 1).bit_length())


def room(cidr: IPv4Network) -> int:
    """How many machines a range has room for."""
    return cidr.num_addresses - OVERHEAD


def spoken_for(province: Province) -> tuple[IPv4Network, ...]:
    """The surroundings of every address province.yaml names: services, bastions, exchanges."""
    named: list[IPv4Network] = []
    for flow in province.baseline:
        named += [IPv4Network(end.name) for end in (flow.from_, flow.to) if end is not None and end.kind == "cidr"]
    for zone in province.zones.values():
        named += [IPv4Network(address) for address in (*zone.exchange, *zone.dns)]
    return tuple({n.supernet(new_prefix=NEIGHBOURHOOD) if n.prefixlen > NEIGHBOURHOOD else n for n in named})


def block(zone: Zone, hosts: int, taken: Iterable[IPv4Network]) -> IPv4Network | None:
    """The lowest free block of the zone's pools for `hosts` machines, or None when the pools are exhausted."""
    prefix = prefix_for(hosts)
    busy = sorted(taken, key=lambda n: int(n.network_address))
    for pool in zone.pool:
        found = _first_fit(pool, prefix, [n for n in busy if n.overlaps(pool)]) if prefix >= pool.prefixlen else None
        if found is not None:
            return found
    return None


def _first_fit(pool: IPv4Network, prefix: int, busy: Iterable[IPv4Network]) -> IPv4Network | None:
    """Walk the gaps between busy ranges: the cost is their number, not the pool's size."""
    size = 2 ** (32 - prefix)
    start = int(pool.network_address)
    end = int(pool.broadcast_address) + 1
    for network in busy:
        if start + size <= int(network.network_address):
            break
        start = max(start, -(-(int(network.broadcast_address) + 1) // size) * size)
    return IPv4Network((start, prefix)) if start + size <= end else None


def machine_addresses(
    network: AllocatedNetwork, names: Iterable[str], had: Mapping[str, IPv4Address]
) -> Iterator[tuple[str, IPv4Address]]:
    """Name and address of every machine on a network; those in `had` keep theirs. The network has room for all.

    `had` are also machines that leave now: their ports still stand while the new ones are made.
    """
    used = set(had.values())
    reserved = {network.gateway, *network.automatic}
    free = (address for address in network.cidr.hosts() if address not in used and address not in reserved)
    for name in names:
        yield name, had[name] if name in had else next(free)
