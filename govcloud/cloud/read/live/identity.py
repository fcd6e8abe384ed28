"""Projects, groups and roles, as Keystone has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from govcloud.cloud.connect import Cloud

PROJECT: Final = "openstack:identity/project:Project"
GROUP: Final = "openstack:identity/groupV3:GroupV3"
ROLE: Final = "openstack:identity/roleAssignment:RoleAssignment"


def read(
    cloud: Cloud, projects: Mapping[str, str], domain: str | None
) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """The projects (name to id), the department's domain (its id) with its groups, and every role given on them."""
    return {
        PROJECT: {id_: _project(cloud, id_) for id_ in (*projects.values(), *((domain,) if domain else ()))},
        GROUP: {
            group.id: {"name": group.name, "domainId": group.domain_id}
            for group in (cloud.identity.groups(domain_id=domain) if domain else ())
        },
        ROLE: _roles(cloud, projects, domain),
    }


def _project(cloud: Cloud, project: str) -> Mapping[str, Any]:
    """A project, or a domain, which is a project too."""
    said = cloud.rest("identity", "GET", f"/projects/{project}")["project"]
    return {
        "name": said["name"],
        "enabled": said["enabled"],
        "domainId": said["domain_id"],
        "isDomain": said["is_domain"],
        "tags": sorted(said["tags"]),
    }


def _roles(cloud: Cloud, projects: Mapping[str, str], domain: str | None) -> Mapping[str, Mapping[str, Any]]:
    """Roles under the ids the provider gives them: domain/project/group/user/role."""
    scopes = [f"scope.project.id={project}" for project in projects.values()]
    scopes += [f"scope.domain.id={domain}"] if domain else []
    found = {}
    for scope in scopes:
        for row in cloud.rest("identity", "GET", f"/role_assignments?{scope}")["role_assignments"]:
            given = {
                "domainId": row["scope"].get("domain", {}).get("id", ""),
                "projectId": row["scope"].get("project", {}).get("id", ""),
                "groupId": row.get("group", {}).get("id", ""),
                "userId": row.get("user", {}).get("id", ""),
                "roleId": row["role"]["id"],
            }
            found["/".join(given.values())] = given
    return found
