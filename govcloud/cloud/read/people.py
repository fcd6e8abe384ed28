"""Who lives in a domain."""

from __future__ import annotations

from collections.abc import Collection

from govcloud.cloud.connect import Cloud


def people_in_domain(cloud: Cloud, domain: str, *, but: Collection[str]) -> list[str]:
    """The names of users and groups of a domain (its id), without the groups whose ids are in `but`."""

    def ask() -> list[str]:
        users = [f"user {user.name}" for user in cloud.identity.users(domain_id=domain)]
        groups = [f"group {g.name}" for g in cloud.identity.groups(domain_id=domain) if g.id not in but]
        return users + groups

    return cloud.call(ask)
