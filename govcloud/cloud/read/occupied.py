"""Is somebody or something in it? Keystone says of nothing when it was made, and deletes it with all it has.

https://docs.openstack.org/api-ref/identity/v3/#delete-project, #delete-domain
"""

from __future__ import annotations

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.inventory import inventory, neutrons_own
from govcloud.cloud.read.live.identity import GROUP, MANAGERS, PROJECT


def is_occupied(cloud: Cloud, tenancy: str, token: str, id_: str) -> bool:
    """Has a project things in it, a domain more than the groups of this tenancy (its id), or a group people?

    All else is judged by its age.
    """

    def ask() -> bool:
        from openstack.exceptions import NotFoundException  # noqa: PLC0415 - loaded when a cloud is really asked

        try:
            return _project(cloud, tenancy, id_) if token == PROJECT else _group(cloud, id_)
        except NotFoundException:
            return False  # it went since it was listed

    return token in (PROJECT, GROUP) and cloud.call(ask)


def _project(cloud: Cloud, tenancy: str, id_: str) -> bool:
    if not cloud.identity.get_project(id_).is_domain:
        return not all(map(neutrons_own, inventory(cloud, [id_])))
    people, projects = cloud.identity.users(domain_id=id_), cloud.identity.projects(domain_id=id_)
    groups = list(cloud.identity.groups(domain_id=id_))
    strange = (one.name != MANAGERS and not one.name.startswith(f"{tenancy}-") for one in groups)
    return any(people) or any(projects) or any(strange) or any(_group(cloud, one.id) for one in groups)


def _group(cloud: Cloud, id_: str) -> bool:
    return any(cloud.identity.group_users(id_))
