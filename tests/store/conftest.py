"""Each test on both databases, each time on an empty one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from tests.postgresql import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/govcloud/store.sqlite"
    server: Server = request.getfixturevalue("postgresql")
    return server.address(server.database())


@pytest.fixture(autouse=True)
def hung_up() -> Iterator[None]:
    """Connections are kept for as long as a command lives; a test is many commands."""
    made: list[Any] = []

    def remember(connection: Any, _: object) -> None:
        made.append(connection)

    event.listen(Pool, "connect", remember)
    yield
    event.remove(Pool, "connect", remember)
    for connection in made:
        connection.close()
