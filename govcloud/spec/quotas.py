"""Quotas: exactly what a layer builds, every key every time, so that nothing else can be built beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from govcloud.spec.iaas import IaasSpec
from govcloud.spec.site import Ground

Service = Mapping[str, int]

# A limit of one request, not of the project's stock, so it is no matter of admission.
NOVA_PER_SERVER: Final[Service] = {
    "metadata_items": 128,
    "injected_files": 0,
    "injected_file_content_bytes": 0,
    "injected_file_path_bytes": 0,
}


@dataclass(frozen=True)
class QuotaSpec:
    """The quota of one project in Nova, Neutron and Cinder, in their own words and units (MiB, GiB)."""

    project: str
    compute: Service
    network: Service
    volume: Service


def quota_spec(ground: Ground, iaas: IaasSpec) -> QuotaSpec:
    """The quota of the iaas project.

    Neutron's own doings count: in every network a router leg and, where it makes one, a port for metadata; the default
    group of the project.
    """
    demand = ground.allocation.demand
    return QuotaSpec(
        project=ground.allocation.project("iaas"),
        compute={
            "instances": demand.instances,
            "cores": demand.cores,
            "ram": demand.memory,
            "key_pairs": 0,
            "server_groups": len(iaas.server_groups),
            "server_group_members": max((s.count for s in ground.request.iaas.servers.values()), default=0),
            **NOVA_PER_SERVER,
        },
        network={
            "network": len(iaas.networks),
            "subnet": len(iaas.networks),
            "subnetpool": 0,
            "port": demand.ports,
            "router": len(iaas.routers),
            "floatingip": len(iaas.floating_ips),
            "security_group": len(iaas.groups) + 1,
            "security_group_rule": sum(len(group.rules) for group in iaas.groups),
            "rbac_policy": 0,
        },
        volume=_volume(iaas, tuple(ground.facts.volume_types)),
    )


def _volume(iaas: IaasSpec, types: tuple[str, ...]) -> Service:
    sizes: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for volume in iaas.volumes:
        sizes[volume.type] += volume.size
        counts[volume.type] += 1
    quota = {
        "volumes": counts.total(),
        "gigabytes": sizes.total(),
        "snapshots": 0,
        "backups": 0,
        "backup_gigabytes": 0,
        "groups": 0,
        "per_volume_gigabytes": max((volume.size for volume in iaas.volumes), default=0),
    }
    # a type that is not listed is unlimited
    for name in sorted(types):
        quota |= {f"volumes_{name}": counts[name], f"gigabytes_{name}": sizes[name], f"snapshots_{name}": 0}
    return quota
