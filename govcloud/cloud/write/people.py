"""The operator's own way into a project."""

from __future__ import annotations

from govcloud.cloud.connect import Cloud


def let_us_in(cloud: Cloud, project: str, role: str) -> None:
    """Give the user we are this role in a project (its id)."""
    identity = cloud.connection.identity
    found = cloud.call(lambda: identity.find_role(role, ignore_missing=False))
    cloud.rest("identity", "PUT", f"/projects/{project}/users/{cloud.user()}/roles/{found.id}")
