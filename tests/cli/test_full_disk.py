"""Where there is no space to write down what is changed, nothing is begun."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

import pytest

from govcloud.store.store import Store
from tests.cli.conftest import Shell
from tests.unit.drafting import applied
from tests.unit.ground import FERRY, fitted

PATH: Final = "departments/dot/ferry.test.yaml"


@pytest.fixture
def large(shell: Shell) -> Path:
    """The state of a living tenancy, as large as what is free: a file full of nothing takes no space itself."""
    records = shell.home / ".local/state/govcloud"
    one = applied(fitted(FERRY), Store(f"sqlite:///{records}/store.sqlite"), PATH)
    state = records / f"pulumi/.pulumi/stacks/govcloud/{one.id}.iaas.json"
    state.parent.mkdir(parents=True)
    with state.open("wb") as file:
        file.truncate(shutil.disk_usage(state.parent).free)
    return records


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize("command", ["apply", "destroy"])
def test_nothing_is_begun_without_space(shell: Shell, large: Path, command: str) -> None:
    """Nobody is asked: there is not even a cloud."""
    refused = shell.run(command, PATH, "--yes", "--lang", "en")
    assert refused.code == 1
    assert f"MiB are free in {large}" in refused.err
    assert "nothing was changed\n    → make room there (df -h " in refused.err
    assert json.loads(shell.run("history", PATH, "-o", "json").out)["data"] == []


@pytest.mark.parametrize("command", ["schema", "explain", "version"])
def test_a_full_disk_is_nothing_unexpected(shell: Shell, command: str) -> None:
    """However much there is to say: little of it is only written when the program ends."""
    ended = shell.execute(["sh", "-c", f"govcloud {command} --lang en > /dev/full"])
    assert ended.code == 1
    assert ended.err == (
        "the disk is full: [Errno 28] No space left on device\n"
        "    → make room (df -h), then run the same command again\n"
    )
    assert not list(shell.home.rglob("crash/*"))
