"""The devcloud that all tests of this folder share; it is brought up when it is not, and stays up."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import uuid4

import openstack
import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

from govcloud import devcloud as room
from govcloud.devcloud.installation import Installation
from govcloud.errors import Locked
from tests.cloud.chaos.swept import sweep

# a connection of openstacksdk; its types are unions of all versions of an API, which helps nobody here
Cloud = Any


@dataclass(frozen=True)
class Devcloud:
    """The devcloud under test."""

    here: Installation
    variables: Mapping[str, str]

    def connect(self, cloud: str = "devcloud", **options: Any) -> Cloud:
        """A connection as one of the entries of its clouds.yaml."""
        before = os.environ.get("OS_CLIENT_CONFIG_FILE")
        os.environ["OS_CLIENT_CONFIG_FILE"] = self.variables["OS_CLIENT_CONFIG_FILE"]
        try:
            return openstack.connect(cloud=cloud, **options)
        finally:
            if before is None:
                del os.environ["OS_CLIENT_CONFIG_FILE"]
            else:
                os.environ["OS_CLIENT_CONFIG_FILE"] = before

    def connect_to(self, project: str) -> Cloud:
        """A connection as the operator, scoped to another project by its id."""
        return self.connect(project_id=project, project_name=None, project_domain_name=None)


# the files of these folders look at the same tenancies: in one process they are built once
TOGETHER: Final = ("isolation", "drift")
# what takes longest begins first; begun last it would be waited for alone
FIRST: Final = (
    *TOGETHER,
    "test_points.py",
    "test_moving.py",
    "test_remains.py",
    "test_failing.py",
    "test_several.py",
    "test_replaced.py",
    "test_killed.py",
    "test_attributes.py",
    "test_resized.py",
    "test_trust.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first; and openstacksdk warns of what it does itself."""
    order = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(_work(item.nodeid), len(FIRST)))
    for item in items:
        if "cloud" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("ignore::openstack.warnings.RemovedInSDK50Warning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::openstack.warnings.RemovedInSDK60Warning"))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file is for one process, as with `--dist loadfile`, and so are the files that look at the same tenancies."""
    made = LoadFileScheduling(config, log)
    made._split_scope = _work
    return made


def _work(nodeid: str) -> str:
    """What a test belongs to: its folder, or its file."""
    file = PurePosixPath(nodeid.partition("::")[0])
    return file.parent.name if file.parent.name in TOGETHER else file.name


@pytest.fixture(scope="session")
def devcloud() -> Devcloud:
    """The devcloud, up. A part of it that is missing is a failure here, never a skip."""
    deadline = time.monotonic() + 900
    while True:
        try:
            room.up()
        except Locked:  # another worker of pytest brings it up
            assert time.monotonic() < deadline, "another process holds the devcloud for more than 15 minutes"
            time.sleep(1)
        else:
            break
    here = room.installation()
    return Devcloud(here, room.variables(here))


@pytest.fixture(scope="session")
def operator(devcloud: Devcloud) -> Cloud:
    """The operator of the cloud, in its own project; what killed tests left in the catalogue is gone."""
    operator = devcloud.connect()
    sweep(operator)
    return operator


@pytest.fixture
def project(devcloud: Devcloud, operator: Cloud) -> Iterator[Cloud]:
    """A new project in the operator domain, without any quota; the operator is its member."""
    with new_project(devcloud, operator) as made:
        yield made


@contextmanager
def new_project(devcloud: Devcloud, operator: Cloud) -> Iterator[Cloud]:
    """A connection to a new project of the operator domain, that is deleted in the end."""
    domain = operator.identity.find_domain("tenancies", ignore_missing=False)
    made = operator.identity.create_project(name=f"test-{uuid4().hex[:8]}", domain_id=domain.id)
    role = operator.identity.find_role("member", ignore_missing=False)
    operator.identity.assign_project_role_to_user(made, operator.current_user_id, role)
    yield devcloud.connect_to(made.id)
    for group in operator.network.security_groups():
        if group.project_id == made.id:
            operator.network.delete_security_group(group)
    operator.identity.delete_project(made)


def until(what: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until `what` holds; fail when it does not in `seconds`."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        time.sleep(0.5)
