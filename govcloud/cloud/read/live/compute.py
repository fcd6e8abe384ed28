"""Machines and their anti-affinity groups, as Nova has them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from govcloud.cloud.connect import Cloud

Resources = Mapping[str, Mapping[str, Any]]


def servers(cloud: Cloud, project: str) -> Mapping[str, Resources]:
    """The project's machines; `userDataDigest` is the sha256 of the text they were born with."""
    flavors = {flavor.name: flavor.id for flavor in cloud.connection.compute.flavors(is_public=None)}
    found = {}
    for server in cloud.connection.compute.servers(details=True, all_projects=True, project_id=project):
        # a recent Nova tells a machine's flavour by name alone
        flavor = server.flavor.get("original_name") or server.flavor.get("name")
        found[server.id] = {
            "name": server.name,
            "imageId": server.image.id if server.image else None,
            "flavorId": flavors.get(flavor, flavor),
            "availabilityZone": server.availability_zone,
            "metadata": dict(server.metadata),
            "keyPair": server.key_name,
            "status": server.status,
            "createdAt": server.created_at,
            "userDataDigest": _digest(server.user_data),
        }
    return {"openstack:compute/instance:Instance": found}


def _digest(user_data: str | None) -> str:
    return hashlib.sha256(base64.b64decode(user_data or "")).hexdigest()


def server_groups(cloud: Cloud, project: str) -> Mapping[str, Resources]:
    """The project's anti-affinity groups."""
    groups = cloud.connection.compute.server_groups(all_projects=True)
    return {
        "openstack:compute/serverGroup:ServerGroup": {
            group.id: {"name": group.name, "policies": group.policy, "members": sorted(group.member_ids)}
            for group in groups
            if group.project_id == project
        }
    }


PARTS = (servers, server_groups)
