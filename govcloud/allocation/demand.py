"""Demand: what a tenancy's resources will take, computed from what the request builds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from govcloud.allocation.amounts import Amounts
from govcloud.allocation.ledger import Disk, Pin, Placement
from govcloud.province.model import Province
from govcloud.request.model import Request
from govcloud.request.topology import grade_of, held, topology


def published(request: Request) -> tuple[str, ...]:
    """The servers the internet may reach: each of their machines gets a floating IP."""
    named = {
        flow.to.name
        for flow in request.flows
        if flow.from_.kind == "zone" and flow.from_.name == "internet" and flow.to.kind == "key" and flow.via is None
    }
    return tuple(key for key in request.iaas.servers if key in named)


def encrypted(request: Request, server: str, volume: str) -> bool:
    """Must a volume be encrypted? By the data on it: important, core or personal data is."""
    wanted = request.iaas.servers[server].volumes[volume]
    personal = any(request.data[key].personal != "none" for key in held(request, wanted))
    return personal or grade_of(request, wanted) != "general"


def demand(
    request: Request,
    province: Province,
    machines: Mapping[str, Placement],
    servers: Mapping[str, Pin],
    disks: Mapping[str, Disk],
) -> Amounts:
    """What the iaas layer takes.

    Ports are those of machines and a router leg in every network. Those of gateways and floating IPs lie outside and
    belong to no project.
    """
    topo = topology(request)
    volumes: Counter[str] = Counter()
    by_zone: dict[str, Counter[str]] = {}
    addresses: Counter[str] = Counter()
    for machine in topo.machines:
        pin, placement = servers[machine.server], machines[machine.name]
        sizes = by_zone.setdefault(placement.zone, Counter())
        sizes.update({"instances": 1, "cores": pin.cores, "memory": pin.memory, "disk": pin.disk})
        for key, volume in request.iaas.servers[machine.server].volumes.items():
            volumes[disks[f"{machine.server}/{key}"].type] += volume.size
        zone = topo.networks[machine.network].zone
        if machine.server in published(request) and zone == "internet":
            addresses[province.zones[zone].external_network] += 1
    total: Counter[str] = sum(by_zone.values(), Counter())
    return Amounts(
        instances=len(topo.machines),
        cores=total["cores"],
        memory=total["memory"],
        disk=total["disk"],
        ports=len(topo.machines) + len(topo.networks),
        volumes=dict(volumes),
        addresses=dict(addresses),
        gateways=dict(Counter(province.zones[zone].external_network for zone in topo.zones())),
        by_zone={zone: dict(sizes) for zone, sizes in sorted(by_zone.items())},
    )
