"""Volumes and where they are attached, as Cinder has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govcloud.cloud.connect import Cloud

Resources = Mapping[str, Mapping[str, Any]]


def volumes(cloud: Cloud, project: str) -> Mapping[str, Resources]:
    """The project's volumes; `attachedTo` are the ids of the machines that have them."""
    listed = cloud.connection.block_storage.volumes(details=True, all_projects=True, project_id=project)
    return {"openstack:blockstorage/volume:Volume": {volume.id: _volume(volume) for volume in listed}}


def _volume(volume: Any) -> Mapping[str, Any]:
    return {
        "name": volume.name,
        "size": volume.size,
        "volumeType": volume.volume_type,
        # Cinder adds words of its own
        "metadata": {key: value for key, value in volume.metadata.items() if key not in ("readonly", "attached_mode")},
        "description": volume.description or "",
        "status": volume.status,
        "createdAt": volume.created_at,
        "attachedTo": sorted(attachment["server_id"] for attachment in volume.attachments),
    }


PARTS = (volumes,)
