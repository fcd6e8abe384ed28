"""Is somebody or something in it? Keystone says of nothing when it was made, and deletes it with all it has.

https://docs.openstack.org/api-ref/identity/v3/#delete-project, #delete-domain
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from openstack.exceptions import NotFoundException

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.inventory import inventory, neutrons_own


def is_occupied(cloud: Cloud, token: str, id_: str) -> bool:
    """Has a project or domain things or people in it, or a group people? All else is judged by its age."""
    return token in _ASKED and cloud.call(lambda: _ASKED[token](cloud, id_))


def _project(cloud: Cloud, id_: str) -> bool:
    try:
        found = cloud.identity.get_project(id_)
    except NotFoundException:
        return False  # it went since it was listed
    if not found.is_domain:
        return not all(map(neutrons_own, inventory(cloud, [id_])))
    people, projects = cloud.identity.users(domain_id=id_), cloud.identity.projects(domain_id=id_)
    groups = (one.id for one in cloud.identity.groups(domain_id=id_))
    return any(people) or any(projects) or any(_group(cloud, group) for group in groups)


def _group(cloud: Cloud, id_: str) -> bool:
    return any(cloud.identity.group_users(id_))


_ASKED: Final[Mapping[str, Callable[[Cloud, str], bool]]] = {
    "openstack:identity/project:Project": _project,
    "openstack:identity/groupV3:GroupV3": _group,
}
