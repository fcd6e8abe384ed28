"""Projects, groups, their members and roles, as Keystone has them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from govcloud.cloud.connect import Cloud

PROJECT: Final = "openstack:identity/project:Project"
GROUP: Final = "openstack:identity/groupV3:GroupV3"
ROLE: Final = "openstack:identity/roleAssignment:RoleAssignment"
MEMBER: Final = "member"
# the group every department has; its others bear the id of a tenancy
MANAGERS: Final = "managers"
# Keystone's word for a role that holds in the projects below, and not where it is given
INHERITED: Final = "OS-INHERIT:inherited_to"

Resources = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Whose:
    """Where a tenancy is found in Keystone, by ids: its projects, the department's domain, the groups in it that we
    made, whatever they are called by now, and the operators' users, who work in the projects by right; so do the users
    and groups of the site's `staff`, each as `name@domain`.
    """

    tenancy: str
    projects: Collection[str]
    domain: str | None
    groups: Collection[str]
    operators: Collection[str]
    staff: Collection[str] = ()


def read(cloud: Cloud, whose: Whose) -> Mapping[str, Resources]:
    """A tenancy's projects, the department's domain with what of it is ours, and every role that holds in them.

    Groups are ours that we made, or that bear a name of ours. The domain that the projects lie in hands its roles down:
    those are told as well, but for the operators' own.

    The domain holds people: who is in it and in its groups, and what other groups they form, is the department's own
    affair. A project in it is not, nor somebody of another domain in a group of ours.
    """
    projects, domain = whose.projects, whose.domain
    groups = dict(_groups(cloud, whose.tenancy, domain, whose.groups)) if domain else {}
    strays = [project.id for project in cloud.identity.projects(domain_id=domain)] if domain else []
    places = {*projects, *strays, *([domain] if domain else [])}
    found = {id_: said for id_ in places if (said := _ask(cloud, id_))}
    return {
        PROJECT: {id_: _project(said) for id_, said in found.items()},
        GROUP: groups,
        ROLE: {
            **dict(map(_role, _given(cloud, projects, [domain] if domain else []))),
            **dict(_handed_down(cloud, {found[id_]["domain_id"] for id_ in projects if id_ in found}, whose)),
        },
        MEMBER: dict(_strangers(cloud, groups)),
    }


def _ask(cloud: Cloud, project: str) -> Mapping[str, Any]:
    """What Keystone says of a project, or a domain, which is a project too; nothing where it is gone."""
    said: Mapping[str, Any] = cloud.rest("identity", "GET", f"/projects/{project}", may_miss=True)
    found: Mapping[str, Any] = said.get("project", {})
    return found


def _project(said: Mapping[str, Any]) -> Mapping[str, Any]:
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


def _given(cloud: Cloud, projects: Collection[str], domains: Collection[str]) -> Iterator[Mapping[str, Any]]:
    """The roles that are given in some places, as Keystone tells them, with names."""
    scopes = [f"scope.project.id={project}" for project in projects]
    scopes += [f"scope.domain.id={domain}" for domain in domains]
    for scope in scopes:
        yield from cloud.rest("identity", "GET", f"/role_assignments?{scope}&include_names")["role_assignments"]


def _role(row: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """A role under the id the provider gives it: domain/project/group/user/role."""
    place = row["scope"]
    given = {
        "domainId": place.get("domain", {}).get("id", ""),
        "projectId": place.get("project", {}).get("id", ""),
        "groupId": row.get("group", {}).get("id", ""),
        "userId": row.get("user", {}).get("id", ""),
        "roleId": row["role"]["id"],
    }
    # one that is handed down to projects below is another than the same one here
    inherited = place.get(INHERITED)
    return "/".join([*given.values(), *([inherited] if inherited else [])]), {**given, "label": _called(row)}


def _called(row: Mapping[str, Any]) -> str:
    """Which role, whose, and where it was given: the same may be given to one in several places."""
    place = row["scope"]
    where = f"project {place['project']['name']}" if "project" in place else f"domain {place['domain']['name']}"
    below = " and below" if place.get(INHERITED) else ""
    return f"{row['role']['name']} {_holder(row)} on {where}{below}"


def _holder(row: Mapping[str, Any]) -> str:
    who = row.get("group") or row["user"]
    return f"{who['name']}@{who['domain']['name']}"


def _handed_down(cloud: Cloud, domains: Collection[str], whose: Whose) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The roles on the domains that projects lie in, but for the operators' own: those that hold in all projects below,
    and the others, whose holders may give themselves some there.

    Nothing else is above a project of ours, for it lies in its domain directly, and Keystone moves none.
    """
    for row in _given(cloud, (), domains):
        if row.get("user", {}).get("id") not in whose.operators and _holder(row) not in whose.staff:
            yield _role(row)
