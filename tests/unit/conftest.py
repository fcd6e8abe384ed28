"""What tests of pure code that read files stand in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from govcloud.store.store import Store
from tests.unit.ground import EXAMPLES


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """The examples' province, to be written to."""
    return shutil.copytree(EXAMPLES, tmp_path / "province")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that nobody has written to."""
    return Store(f"sqlite:///{tmp_path}/store.sqlite")
