"""Projects, groups, their members and roles, as Keystone has them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from govcloud.cloud.connect import Cloud

PROJECT: Final = "openstack:identity/project:Project"
GROUP: Final = "openstack:identity/groupV3:GroupV3"
ROLE: Final = "openstack:identity/roleAssignment:RoleAssignment"
MEMBER: Final = "member"
# the group every department has; its others bear the id of a tenancy
MANAGERS: Final = "managers"

Resources = Mapping[str, Mapping[str, Any]]


def read(
    cloud: Cloud, tenancy: str, projects: Collection[str], domain: str | None, ours: Collection[str]
) -> Mapping[str, Resources]:
    """A tenancy's projects, the department's domain with what of it is ours, and every role given on them (ids).

    Groups are ours that we made (`ours`, ids), or that bear a name of ours.

    The domain holds people: who is in it and in its groups, and what other groups they form, is the department's own
    affair. A project in it is not, nor somebody of another domain in a group of ours.
    """
    groups = dict(_groups(cloud, tenancy, domain, ours)) if domain else {}
    strays = [project.id for project in cloud.identity.projects(domain_id=domain)] if domain else []
    places = {*projects, *strays, *([domain] if domain else [])}
    return {
        PROJECT: {id_: said for id_ in places if (said := _project(cloud, id_))},
        GROUP: groups,
        ROLE: _roles(cloud, projects, domain),
        MEMBER: dict(_strangers(cloud, groups)),
    }


def _project(cloud: Cloud, project: str) -> Mapping[str, Any]:
    """A project, or a domain, which is a project too; nothing where it is gone."""
    said = cloud.rest("identity", "GET", f"/projects/{project}", may_miss=True).get("project")
    if said is None:
        return {}
    return {
        "name": said["name"],
        "enabled": said["enabled"],
        "description": said["description"],
        "domainId": said["domain_id"],
        "isDomain": said["is_domain"],
        "tags": sorted(said["tags"]),
    }


def _groups(cloud: Cloud, tenancy: str, domain: str, ours: Collection[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for group in cloud.identity.groups(domain_id=domain):
        if group.id in ours or group.name == MANAGERS or group.name.startswith(f"{tenancy}-"):
            yield (
                group.id,
                {"name": group.name, "description": group.description or "", "domainId": group.domain_id},
            )


def _strangers(cloud: Cloud, groups: Resources) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for id_, group in groups.items():
        for user in cloud.identity.group_users(id_):
            if user.domain_id != group["domainId"]:
                yield f"{id_}/{user.id}", {"label": f"{user.name} ({user.id}) in {group['name']}"}


def _roles(cloud: Cloud, projects: Collection[str], domain: str | None) -> Resources:
    """Roles under the ids the provider gives them: domain/project/group/user/role."""
    scopes = [f"scope.project.id={project}" for project in projects]
    scopes += [f"scope.domain.id={domain}"] if domain else []
    found = {}
    for scope in scopes:
        for row in cloud.rest("identity", "GET", f"/role_assignments?{scope}&include_names")["role_assignments"]:
            who = row.get("group") or row["user"]
            given = {
                "domainId": row["scope"].get("domain", {}).get("id", ""),
                "projectId": row["scope"].get("project", {}).get("id", ""),
                "groupId": row.get("group", {}).get("id", ""),
                "userId": row.get("user", {}).get("id", ""),
                "roleId": row["role"]["id"],
            }
            # one that is handed down to projects below is another than the same one here
            inherited = row["scope"].get("OS-INHERIT:inherited_to")
            id_ = "/".join([*given.values(), *([inherited] if inherited else [])])
            found[id_] = {**given, "label": f"{row['role']['name']} {who['name']}@{who['domain']['name']}"}
    return found
