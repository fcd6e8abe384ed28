"""Machines and their anti-affinity groups, as Nova has them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from govcloud.cloud.connect import Cloud

Resources = Mapping[str, Mapping[str, Any]]

# the last words in which Nova tells a machine's flavour by its id; later ones tell its name alone, and names move
BY_ID: Final = "2.46"
# a machine of another flavour, until somebody says that it may stay so
UNCONFIRMED: Final = "VERIFY_RESIZE"
# the kind of what somebody put on a machine so that nobody touches it
LOCK: Final = "lock"
# Nova's number for a machine that does not run
_OFF: Final = 4


def servers(cloud: Cloud, project: str) -> Mapping[str, Resources]:
    """The project's machines and the locks on them; `userDataDigest` is the sha256 of the text they were born with."""
    found, locks = {}, {}
    for server in cloud.connection.compute.servers(
        details=True, all_projects=True, project_id=project, microversion=BY_ID
    ):
        found[server.id] = {
            "name": server.name,
            "description": server.description or "",
            "imageId": server.image.id if server.image else None,
            "flavorId": server.flavor.id,
            "availabilityZone": server.availability_zone,
            "configDrive": bool(server.has_config_drive),
            "metadata": dict(server.metadata),
            "tags": sorted(server.tags or ()),
            "keyPair": server.key_name,
            "powerState": _power(server),
            "unconfirmedResize": server.status == UNCONFIRMED,
            "createdAt": server.created_at,
            "userDataDigest": _digest(server.user_data),
        }
        if server.is_locked:
            locks[server.id] = {"name": server.name}
    return {"openstack:compute/instance:Instance": found, LOCK: locks}


def _power(server: Any) -> str:
    """Nova's one word for a machine; where that is about its flavour, what it will be when that is settled."""
    if server.status == UNCONFIRMED:
        return "shutoff" if server.power_state == _OFF else "active"
    return str(server.status).lower()


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
