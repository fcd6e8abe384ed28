"""Volumes and their attachments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pulumi
from pulumi_openstack import blockstorage, compute

from govcloud.spec.volumes import VolumeSpec
from govcloud.stacks.context import Context
from govcloud.stacks.iaas.servers import Server


def attach_volumes(specs: Iterable[VolumeSpec], servers: Mapping[str, Server], context: Context) -> None:
    """Every volume, on its machine; those of one type after the first of all types.

    Cinder begins to count a type of a project with its first volume. When others come at that moment, what they reserve
    is counted for ever: with the count one too high, no later limit fits.
    """
    wanted = list(specs)
    first = {spec.type: spec for spec in reversed(wanted)}
    begun: list[pulumi.Resource] = []
    for spec in sorted(first.values(), key=lambda spec: spec.key):
        begun.append(Volume(spec, servers[spec.machine], context, after=begun[-1:]).volume)
    for spec in wanted:
        if first[spec.type] is not spec:
            Volume(spec, servers[spec.machine], context, after=begun)


class Volume(pulumi.ComponentResource):
    """A data disk of one machine, made `after` some others."""

    def __init__(self, spec: VolumeSpec, server: Server, context: Context, after: Sequence[pulumi.Resource]) -> None:
        super().__init__("govcloud:iaas:Volume", f"volume/{spec.key}")
        options = pulumi.ResourceOptions(parent=self, provider=context.layer)
        self.volume = blockstorage.Volume(
            f"volume/{spec.key}",
            name=spec.name,
            size=spec.size,
            volume_type=spec.type,
            metadata=dict(spec.metadata),
            enable_online_resize=True,
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=list(after))),
        )
        compute.VolumeAttach(
            f"volume/{spec.key}",
            instance_id=server.id_,
            volume_id=self.volume.id,
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(delete_before_replace=True)),
        )
        self.register_outputs({})
