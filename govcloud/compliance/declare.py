"""What a request declares, in the form rules look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, collapse_addresses

from govcloud.allocation.addresses import spoken_for
from govcloud.compliance.model import UNKNOWN, Declaration, DeclaredFlow, DeclaredNetwork, DeclaredSite, Unknown
from govcloud.province.model import Province
from govcloud.province.site import Site
from govcloud.request.decode import dotted
from govcloud.request.ends import End
from govcloud.request.model import Mlps, Request
from govcloud.request.topology import Topology, held, topology


def declare(request: Request, *, province: Province | None, site: Site | None, today: dt.date) -> Declaration:
    """The declaration of a request; without the operator's files, what they would say is unknown."""
    placed = topology(request)
    return Declaration(
        department=request.department,
        divisions=dict(province.divisions) if province else UNKNOWN,
        environment=request.environment,
        level=request.system.mlps.level,
        classified=request.system.classified,
        grades={key: dataset.grade for key, dataset in request.data.items()},
        networks={key: DeclaredNetwork(zone=network.zone) for key, network in placed.networks.items()},
        zones=tuple(province.zones) if province else UNKNOWN,
        pools=_pools(province) if province else UNKNOWN,
        flows=_flows(request, placed),
        machines={machine.name: machine.server for machine in placed.machines},
        services=dict(_services(request)),
        stored=tuple(dict.fromkeys(_stored(request))),
        offsite_backup=request.backup.offsite if request.backup else None,
        attestations={kind: paper.date for kind, paper in request.attestations if paper is not None},
        site=_site(site) if site else UNKNOWN,
        today=today,
    )


def _site(site: Site) -> DeclaredSite:
    grade = Mlps(level=site.mlps).grade
    return DeclaredSite(name=site.name, country=site.country, mlps=grade, zones=site.zones, region=site.region)


def _services(request: Request) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Services with the data they hold: what they name, else all of it where they store anything."""
    for key, service in request.paas.items():
        if service.holds or service.storage is not None:
            yield key, service.holds or tuple(request.data)


def _stored(request: Request) -> Iterator[str]:
    """The data that any volume or service holds."""
    for server in request.iaas.servers.values():
        for volume in server.volumes.values():
            yield from held(request, volume)
    for _, kept in _services(request):
        yield from kept


def _pools(province: Province) -> dict[str, tuple[str, ...]]:
    """The zones' pools without the surroundings of the province's own services, which belong to no zone."""
    own = tuple(collapse_addresses(spoken_for(province)))
    return {
        name: tuple(str(piece) for pool in zone.pool for piece in _without(pool, own))
        for name, zone in province.zones.items()
    }


def _without(pool: IPv4Network, taken: Iterable[IPv4Network]) -> Iterable[IPv4Network]:
    rest = [pool]
    for one in taken:
        rest = [piece for whole in rest for piece in _less(whole, one)]
    return rest


def _less(whole: IPv4Network, part: IPv4Network) -> Iterable[IPv4Network]:
    if whole.subnet_of(part):
        return ()
    return whole.address_exclude(part) if part.subnet_of(whole) else (whole,)


def _flows(request: Request, placed: Topology) -> tuple[DeclaredFlow, ...]:
    return tuple(
        DeclaredFlow(
            key=dotted(("flows", index)),
            from_=flow.from_,
            to=flow.to,
            from_zone=_zone(request, placed, flow.from_),
            to_zone=_zone(request, placed, flow.to),
            ports=flow.ports,
            via_exchange=flow.via == "exchange",
            servers=placed.servers_at(flow.to),
        )
        for index, flow in enumerate(request.flows)
    )


def _zone(request: Request, placed: Topology, end: End) -> str | Unknown | None:
    if end.kind == "key" and end.name not in request.iaas.servers:
        return _service_zone(request, placed, end.name)
    return placed.zone_at(end)


def _service_zone(request: Request, placed: Topology, key: str) -> str | Unknown:
    """A service's zone, by its network; where it names none, all networks must lie in the same zone to tell."""
    network = request.paas[key].network if key in request.paas else None
    if network is not None:
        return placed.networks[network].zone
    zones = placed.zones()
    return zones[0] if len(zones) == 1 else UNKNOWN
