"""The command line as people and CI run it: a process of its own, in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """A command that ended."""

    code: int
    out: str
    err: str


class Shell:
    """A home of its own, without colour, language or terminal."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.here = home
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(home),
            "LANG": "C.UTF-8",
        }

    def run(self, *arguments: str | Path, **environment: str) -> Ended:
        """`govcloud` with these arguments; keywords are environment variables."""
        return self.execute(["govcloud", *map(str, arguments)], **environment)

    def execute(self, command: Sequence[str], **environment: str) -> Ended:
        """Any command; it must end by itself, and must not show a traceback."""
        ended = subprocess.run(
            command,
            cwd=self.here,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        found = Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
        assert "Traceback" not in found.err + found.out
        return found


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell in an empty home."""
    return Shell(tmp_path)


@pytest.fixture
def province(shell: Shell) -> Path:
    """The examples' province, to be written to; the shell stands in it."""
    shell.here = shell.home / "province"
    shutil.copytree(ROOT / "examples/province", shell.here)
    return shell.here
