"""Each test on both databases, each time on an empty one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgresql import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/govcloud/store.sqlite"
    server: Server = request.getfixturevalue("postgresql")
    return server.address(server.database())
