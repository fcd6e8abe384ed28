"""What tests of pure code that read files stand in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.unit.ground import EXAMPLES


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """The examples' province, to be written to."""
    return shutil.copytree(EXAMPLES, tmp_path / "province")
