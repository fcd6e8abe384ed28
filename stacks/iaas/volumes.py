"""Volumes and their attachments."""

from __future__ import annotations

import pulumi
from pulumi_openstack import blockstorage, compute

from govcloud.spec.volumes import VolumeSpec
from govcloud.stacks.context import Context
from govcloud.stacks.iaas.servers import Server


class Volume(pulumi.ComponentResource):
    """A data disk of one machine."""

    def __init__(self, spec: VolumeSpec, server: Server, context: Context) -> None:
        super().__init__("govcloud:iaas:Volume", f"volume/{spec.key}")
        options = pulumi.ResourceOptions(parent=self, provider=context.layer)
        volume = blockstorage.Volume(
            f"volume/{spec.key}",
            name=spec.name,
            size=spec.size,
            volume_type=spec.type,
            metadata=dict(spec.metadata),
            enable_online_resize=True,
            opts=options,
        )
        compute.VolumeAttach(
            f"volume/{spec.key}",
            instance_id=server.id_,
            volume_id=volume.id,
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(delete_before_replace=True)),
        )
        self.register_outputs({})
