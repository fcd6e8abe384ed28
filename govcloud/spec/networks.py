"""Networks, and one router for each zone of a tenancy: zones never meet on a router."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from govcloud.spec.site import Ground
from govcloud.spec.tags import as_list


@dataclass(frozen=True)
class NetworkSpec:
    """A network with its one subnet; Neutron hands out `first` to `last` by itself, machines take the others."""

    key: str
    name: str
    zone: str
    cidr: str
    gateway: str
    first: str
    last: str
    dns: tuple[str, ...]
    tags: tuple[str, ...]
    shared: bool = False
    port_security: bool = True


@dataclass(frozen=True)
class RouterSpec:
    """The router of a zone. Addresses are translated on the way to the internet only; elsewhere they are routed.

    The external network is made visible to the tenancy's project, and to no one else by it.
    """

    zone: str
    name: str
    external_network: str
    snat: bool
    networks: tuple[str, ...]
    tags: tuple[str, ...]


def network_specs(ground: Ground) -> Iterator[NetworkSpec]:
    """The networks, by key."""
    for key, allocated in sorted(ground.allocation.networks.items()):
        first, last = allocated.automatic
        yield NetworkSpec(
            key=key,
            name=ground.name(key),
            zone=allocated.zone,
            cidr=str(allocated.cidr),
            gateway=str(allocated.gateway),
            first=str(first),
            last=str(last),
            dns=tuple(str(address) for address in ground.zone(allocated.zone).dns),
            tags=as_list(ground.tags(zone=allocated.zone)),
        )


def router_specs(ground: Ground) -> Iterator[RouterSpec]:
    """The routers, by zone."""
    for zone in sorted({network.zone for network in ground.allocation.networks.values()}):
        yield RouterSpec(
            zone=zone,
            name=ground.name(zone),
            external_network=ground.external_network_id(zone),
            snat=zone == "internet",
            networks=tuple(sorted(k for k, n in ground.allocation.networks.items() if n.zone == zone)),
            tags=as_list(ground.tags(zone=zone)),
        )
