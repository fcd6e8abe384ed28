"""What no program of ours ever makes, but a project can hold: snapshots, images, other projects and the like.

Drift names it, and a tenancy that holds it is not destroyed: both go by this one list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from govcloud.cloud.connect import Cloud

Resources = Mapping[str, Mapping[str, Any]]
_Ask = Callable[[Cloud, str], Iterator[Any]]

# images that are hidden, or lent to everybody, are in no list unless they are asked for
_LISTS: Final[tuple[Mapping[str, Any], ...]] = ({}, {"is_hidden": True}, {"visibility": "community"})
# service, kind, and how to list it; a service that does not know the kind has none of it
FOREIGN: Final[tuple[tuple[str, str, _Ask], ...]] = (
    (
        "volume",
        "snapshot",
        lambda c, p: c.connection.block_storage.snapshots(details=True, all_projects=True, project_id=p),
    ),
    (
        "volume",
        "backup",
        lambda c, p: c.connection.block_storage.backups(details=True, all_projects=True, project_id=p),
    ),
    ("image", "image", lambda c, p: chain(*(c.connection.image.images(owner=p, **how) for how in _LISTS))),
    ("network", "address-group", lambda c, p: c.connection.network.address_groups(project_id=p)),
    ("network", "address-scope", lambda c, p: c.connection.network.address_scopes(project_id=p)),
    ("network", "subnet-pool", lambda c, p: c.connection.network.subnet_pools(project_id=p)),
    ("network", "qos-policy", lambda c, p: c.connection.network.qos_policies(project_id=p)),
    ("network", "trunk", lambda c, p: c.connection.network.trunks(project_id=p)),
    ("identity", "project", lambda c, p: c.identity.projects(parent_id=p)),
)


def listed(cloud: Cloud, project: str, ask: _Ask) -> list[Any]:
    """What a question of FOREIGN finds in a project; a service may not be asked for one project alone."""
    from openstack.exceptions import NotFoundException  # noqa: PLC0415 - loaded when a cloud is really asked

    try:
        return [found for found in ask(cloud, project) if _project(found) == project]
    except NotFoundException:
        return []


def _project(found: Any) -> str:
    """The project that holds it, which each service calls otherwise."""
    words = (getattr(found, word, None) for word in ("owner_id", "owner", "parent_id", "project_id"))
    return str(next(filter(None, words), ""))


def _part(kind: str, ask: _Ask) -> Callable[[Cloud, str], Mapping[str, Resources]]:
    def read(cloud: Cloud, project: str) -> Mapping[str, Resources]:
        return {
            kind: {
                found.id: {"name": found.name or "", "createdAt": str(getattr(found, "created_at", None) or "")}
                for found in listed(cloud, project, ask)
            }
        }

    return read


PARTS: Final = tuple(_part(kind, ask) for _, kind, ask in FOREIGN)
