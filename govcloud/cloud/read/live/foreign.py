"""What no program of ours ever makes, but a project can hold: snapshots, backups, images and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from openstack.connection import Connection
from openstack.exceptions import NotFoundException

from govcloud.cloud.connect import Cloud

Resources = Mapping[str, Mapping[str, Any]]

# service, kind, and how to list it; a service that does not know the kind has none of it
FOREIGN: Final[tuple[tuple[str, str, Callable[[Connection, str], Iterator[Any]]], ...]] = (
    ("volume", "snapshot", lambda c, p: c.block_storage.snapshots(details=True, all_projects=True, project_id=p)),
    ("volume", "backup", lambda c, p: c.block_storage.backups(details=True, all_projects=True, project_id=p)),
    ("image", "image", lambda c, p: c.image.images(owner=p)),
    ("network", "address-group", lambda c, p: c.network.address_groups(project_id=p)),
    ("network", "address-scope", lambda c, p: c.network.address_scopes(project_id=p)),
    ("network", "subnet-pool", lambda c, p: c.network.subnet_pools(project_id=p)),
    ("network", "qos-policy", lambda c, p: c.network.qos_policies(project_id=p)),
    ("network", "trunk", lambda c, p: c.network.trunks(project_id=p)),
)


def listed(connection: Connection, project: str, ask: Callable[[Connection, str], Iterator[Any]]) -> list[Any]:
    """What a question of FOREIGN finds in a project; a service may not be asked for one project alone."""
    try:
        return [found for found in ask(connection, project) if _project(found) == project]
    except NotFoundException:
        return []


def _project(found: Any) -> str:
    return str(getattr(found, "owner_id", None) or getattr(found, "owner", None) or found.project_id)


def _part(
    kind: str, ask: Callable[[Connection, str], Iterator[Any]]
) -> Callable[[Cloud, str], Mapping[str, Resources]]:
    def read(cloud: Cloud, project: str) -> Mapping[str, Resources]:
        return {
            kind: {
                found.id: {"name": found.name or "", "createdAt": str(getattr(found, "created_at", None) or "")}
                for found in listed(cloud.connection, project, ask)
            }
        }

    return read


PARTS: Final = tuple(_part(kind, ask) for _, kind, ask in FOREIGN)
