"""Who and what is in a domain."""

from __future__ import annotations

from collections.abc import Collection

from govcloud.cloud.connect import Cloud


def living_in_domain(cloud: Cloud, domain: str, *, but: Collection[str]) -> list[str]:
    """The users, groups and projects of a domain (its id), without the groups whose ids are in `but`.

    Its managers may make projects, and Keystone deletes them with the domain without a word.
    """

    def ask() -> list[str]:
        users = [f"user {user.name}" for user in cloud.identity.users(domain_id=domain)]
        groups = [f"group {g.name}" for g in cloud.identity.groups(domain_id=domain) if g.id not in but]
        projects = [f"project {project.name}" for project in cloud.identity.projects(domain_id=domain)]
        return users + groups + projects

    return cloud.call(ask)


def works_in(cloud: Cloud, project: str, role: str) -> bool:
    """Has the user we are this role in a project (its id), by whatever right: given, through a group, handed down?"""
    asked = f"/role_assignments?user.id={cloud.user()}&scope.project.id={project}&effective&include_names"
    rows = cloud.rest("identity", "GET", asked, may_miss=True).get("role_assignments", [])
    return any(row["role"]["name"] == role for row in rows)
