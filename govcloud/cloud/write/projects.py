"""What Neutron makes by itself in a project, and must go with it."""

from __future__ import annotations

from functools import partial

from govcloud.cloud.connect import Cloud


def drop_default_group(cloud: Cloud, project: str) -> None:
    """Delete the project's default security group; all groups are listed, for asking for one project's makes one."""
    for group in cloud.call(lambda: list(cloud.connection.network.security_groups())):
        if group.project_id == project and group.name == "default":
            cloud.call(partial(cloud.connection.network.delete_security_group, group.id, ignore_missing=True))
