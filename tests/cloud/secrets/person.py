"""An operator of the test's own: another user with the same rights, whose password is ours to choose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import yaml

from tests.cloud.conftest import Cloud
from tests.cloud.secrets.canary import Canary
from tests.cloud.workshop import Workshop

# an account of the examples' department that may log in to machines by key
KEYHOLDER: Final = "zhangwei"


@contextmanager
def person(operator: Cloud, password: str) -> Iterator[Any]:
    """A user with the operator's roles in the operator's project, for as long as the block runs."""
    me = operator.identity.get_user(operator.current_user_id)
    project = operator.current_project_id
    made = operator.identity.create_user(name=f"canary-{uuid4().hex[:8]}", domain_id=me.domain_id, password=password)
    try:
        for given in operator.identity.role_assignments(user_id=me.id, scope_project_id=project):
            operator.identity.assign_project_role_to_user(project, made, given.role["id"])
        yield made
    finally:
        operator.identity.delete_user(made)


def log_in_as(clouds: Path, entry: str, **auth: str) -> dict[str, Any]:
    """An entry of a clouds.yaml, logging in with other values."""
    found: dict[str, Any] = yaml.safe_load(clouds.read_text("utf-8"))["clouds"][entry]
    return {**found, "auth": {**found["auth"], **auth}}


def put_passphrase(state: Path, canary: Canary) -> None:
    """The passphrase of the engine's state, there before anybody could make one."""
    file = state / "govcloud" / "engine" / "passphrase"
    for folder in (state, file.parent.parent, file.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    file.touch(0o600)
    file.write_text(canary.value, "utf-8")


def put_user_data(shop: Workshop, canary: Canary) -> None:
    """Something that a machine is told at its first boot, and that nobody needs to see in a state or a plan."""
    path = "departments/dot/department.yaml"
    people = yaml.safe_load((shop.root / path).read_text("utf-8"))["people"]
    people[KEYHOLDER]["ssh_keys"] = [f"{people[KEYHOLDER]['ssh_keys'][0]}-{canary.value}"]
    shop.edit(path, people=people)
