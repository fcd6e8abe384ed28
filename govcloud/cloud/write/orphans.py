"""Removing what a dead run made and could not write down: hardly ever in use, for what uses it is made after it.

Whether something is such an orphan is decided by the caller, from the time it came into being.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from govcloud.cloud.connect import Cloud
from govcloud.errors import TimedOut

# how long a service may take to let go of one thing
PATIENCE: Final = 120.0

_Remove = Callable[[Cloud, str], object]


def _attachment(cloud: Cloud, id_: str) -> None:
    server, _, volume = id_.partition("/")
    cloud.connection.compute.delete_volume_attachment(server, volume, ignore_missing=True)


def _volume(cloud: Cloud, id_: str) -> None:
    """A volume, which Cinder lets go when no machine has it any more."""
    storage, compute = cloud.connection.block_storage, cloud.connection.compute
    until = time.monotonic() + PATIENCE
    while attached := storage.get_volume(id_).attachments:
        for one in attached:
            compute.delete_volume_attachment(one["server_id"], id_, ignore_missing=True)
        if time.monotonic() > until:
            raise TimedOut("cloud.not-gone", what="attachment", id=id_)
        time.sleep(0.5)
    storage.delete_volume(id_)


def _leg(cloud: Cloud, id_: str) -> None:
    router = cloud.connection.network.get_port(id_).device_id
    cloud.rest("network", "PUT", f"/routers/{router}/remove_router_interface", {"port_id": id_})


def _role(cloud: Cloud, id_: str) -> None:
    domain, project, group, user, role = id_.split("/")
    scope = f"projects/{project}" if project else f"domains/{domain}"
    actor = f"groups/{group}" if group else f"users/{user}"
    cloud.rest("identity", "DELETE", f"/{scope}/{actor}/roles/{role}", may_miss=True)


def _project(cloud: Cloud, id_: str) -> None:
    """A project, or a domain, which must be disabled first."""
    if cloud.rest("identity", "GET", f"/projects/{id_}")["project"]["is_domain"]:
        cloud.identity.update_domain(id_, is_enabled=False)
        cloud.identity.delete_domain(id_)
    else:
        cloud.identity.delete_project(id_)


# in the order in which they let go of each other
REMOVALS: Final[Mapping[str, _Remove]] = {
    "openstack:compute/volumeAttach:VolumeAttach": _attachment,
    "openstack:networking/floatingIp:FloatingIp": lambda c, i: c.connection.network.delete_ip(i),
    "openstack:compute/instance:Instance": lambda c, i: c.connection.compute.delete_server(i),
    "openstack:blockstorage/volume:Volume": _volume,
    "openstack:compute/serverGroup:ServerGroup": lambda c, i: c.connection.compute.delete_server_group(i),
    "openstack:networking/port:Port": lambda c, i: c.connection.network.delete_port(i),
    "openstack:networking/routerInterface:RouterInterface": _leg,
    "openstack:networking/router:Router": lambda c, i: c.connection.network.delete_router(i),
    "openstack:networking/subnet:Subnet": lambda c, i: c.connection.network.delete_subnet(i),
    "openstack:networking/network:Network": lambda c, i: c.connection.network.delete_network(i),
    "openstack:networking/secGroupRule:SecGroupRule": lambda c, i: c.connection.network.delete_security_group_rule(i),
    "openstack:networking/secGroup:SecGroup": lambda c, i: c.connection.network.delete_security_group(i),
    "openstack:networking/rbacPolicyV2:RbacPolicyV2": lambda c, i: c.connection.network.delete_rbac_policy(i),
    "openstack:identity/roleAssignment:RoleAssignment": _role,
    "openstack:identity/groupV3:GroupV3": lambda c, i: c.identity.delete_group(i),
    "openstack:identity/project:Project": _project,
}

# what no service dates; it holds nothing, so that to remove one too many loses nothing
UNDATED: Final = frozenset(
    {
        "openstack:compute/volumeAttach:VolumeAttach",
        "openstack:compute/serverGroup:ServerGroup",
        "openstack:networking/rbacPolicyV2:RbacPolicyV2",
    }
)

# what has no name of its own to tell whose it is
NAMELESS: Final = frozenset(
    {
        "openstack:compute/volumeAttach:VolumeAttach",
        "openstack:networking/rbacPolicyV2:RbacPolicyV2",
        "openstack:networking/routerInterface:RouterInterface",
        "openstack:networking/secGroupRule:SecGroupRule",
    }
)

_GONE: Final[Mapping[str, Callable[[Cloud, str], object]]] = {
    "openstack:compute/instance:Instance": lambda c, i: c.connection.compute.get_server(i),
    "openstack:blockstorage/volume:Volume": lambda c, i: c.connection.block_storage.get_volume(i),
}


# what came into being in error and never was of any use: nothing that is in it could be lost
_STILLBORN: Final[Mapping[str, Callable[[Any], bool]]] = {
    "openstack:compute/instance:Instance": lambda found: found.status == "ERROR" and found.launched_at is None,
    # Cinder has other words for what went wrong later; a host has it only when one was found for it
    "openstack:blockstorage/volume:Volume": lambda found: found.status == "error" and not found.host,
}


def is_stillborn(cloud: Cloud, token: str, id_: str) -> bool:
    """Is it a machine that never ran, or a volume that no host ever had?"""
    if token not in _STILLBORN:
        return False
    found = cloud.call(lambda: _found(cloud, token, id_))
    return found is not None and _STILLBORN[token](found)


def _found(cloud: Cloud, token: str, id_: str) -> Any:
    """A machine or volume, or None where it went since it was listed, as one that was told to go before we died."""
    from openstack.exceptions import NotFoundException  # noqa: PLC0415 - loaded when a cloud is really asked

    try:
        return _GONE[token](cloud, id_)
    except NotFoundException:
        return None


def remove_orphans(cloud: Cloud, orphans: Iterable[tuple[str, str]]) -> None:
    """Remove resources given by type token and id; waits until machines and volumes are really gone."""
    order = list(REMOVALS)
    for token, id_ in sorted(orphans, key=lambda orphan: order.index(orphan[0])):
        cloud.call(lambda token=token, id_=id_: _remove(cloud, token, id_))  # type: ignore[misc]
        _wait(cloud, token, id_)


def _remove(cloud: Cloud, token: str, id_: str) -> None:
    from openstack.exceptions import NotFoundException  # noqa: PLC0415 - loaded when a cloud is really asked

    with suppress(NotFoundException):  # it went by itself meanwhile
        REMOVALS[token](cloud, id_)


def _wait(cloud: Cloud, token: str, id_: str) -> None:
    from openstack.exceptions import NotFoundException  # noqa: PLC0415 - loaded when a cloud is really asked

    look = _GONE.get(token)
    until = time.monotonic() + PATIENCE
    while look is not None:
        try:
            look(cloud, id_)
        except NotFoundException:
            return
        if time.monotonic() > until:
            raise TimedOut("cloud.not-gone", what=token.rpartition(":")[2], id=id_)
        time.sleep(0.5)
