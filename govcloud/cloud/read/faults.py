"""Why something did not come into being, in its service's own words: all that the provider says is "ERROR"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from govcloud.cloud.connect import Cloud
from govcloud.errors import Problem

# from when on Cinder tells the message of a failure by what it is about
_MESSAGES: Final = "3.5"


def faults(cloud: Cloud, project: str, tenancy: str) -> list[Problem]:
    """The machines and volumes of a project (its id) that are in error, each with the reason."""
    return [*_servers(cloud, project, tenancy), *_volumes(cloud, project, tenancy)]


def _servers(cloud: Cloud, project: str, tenancy: str) -> Iterator[Problem]:
    def ask() -> list[Any]:
        listed = cloud.connection.compute.servers
        return list(listed(details=True, all_projects=True, project_id=project, status="ERROR"))

    for server in cloud.call(ask):
        reason = (server.fault or {}).get("message", "-")
        name = server.name.removeprefix(f"{tenancy}-")
        yield Problem("verify.server-status", {"server": name, "status": server.status, "reason": reason})


def _volumes(cloud: Cloud, project: str, tenancy: str) -> Iterator[Problem]:
    def ask() -> list[Any]:
        listed = cloud.connection.block_storage.volumes(details=True, all_projects=True, project_id=project)
        # error_extending as well as error
        return [one for one in listed if one.status.startswith("error")]

    for volume in cloud.call(ask):
        name = volume.name.removeprefix(f"{tenancy}-")
        params = {"volume": name, "status": volume.status, "reason": said(cloud, volume.id)}
        yield Problem("verify.volume-failed", params)


def said(cloud: Cloud, volume: str) -> str:
    """Cinder's last message about a volume."""

    def ask() -> Any:
        path = f"/messages?resource_uuid={volume}&sort=created_at:desc&limit=1"
        return cloud.connection.block_storage.get(path, microversion=_MESSAGES).json().get("messages", ())

    return next((str(one["user_message"]) for one in cloud.call(ask)), "-")
