"""Volumes and where they are attached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from govcloud.request.topology import grade_of
from govcloud.spec.site import Ground


@dataclass(frozen=True)
class VolumeSpec:
    """A data disk of one machine, `size` in GiB; `grade` is the highest grade of the data on it."""

    key: str
    machine: str
    name: str
    size: int
    type: str
    grade: str
    metadata: Mapping[str, str]


def volume_specs(ground: Ground) -> Iterator[VolumeSpec]:
    """The volumes of every machine, by machine and key."""
    for machine in ground.topology.machines:
        zone = ground.topology.networks[machine.network].zone
        for key, volume in sorted(ground.request.iaas.servers[machine.server].volumes.items()):
            yield VolumeSpec(
                key=f"{machine.name}/{key}",
                machine=machine.name,
                name=ground.name(f"{machine.name}-{key}"),
                size=volume.size,
                type=ground.allocation.volumes[f"{machine.server}/{key}"].type,
                grade=grade_of(ground.request, volume),
                metadata=ground.tags(zone=zone),
            )
