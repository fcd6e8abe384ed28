"""Running a long command."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from govcloud.errors import GovcloudError
from govcloud.toolchain import process
from govcloud.toolchain.failures import explain_os

TALK = "for i in 1 2 3; do echo line $i >&2; done; echo result; exit 4"


def _run(script: str, log: Path, output: Path | None = None) -> tuple[int, list[int]]:
    beats: list[int] = []
    where = process.Where(log.parent, os.environ, log)
    return process.run(["sh", "-c", script], where, beats.append, output), beats


def test_all_that_is_said_is_logged(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    code, _ = _run(TALK, log)
    assert code == 4
    assert log.read_text().split("\n") == ["before", "line 1", "line 2", "line 3", "result", ""]


def test_a_result_goes_its_own_way(tmp_path: Path) -> None:
    log, output = tmp_path / "log", tmp_path / "output"
    _run(TALK, log, output)
    assert log.read_text() == "line 1\nline 2\nline 3\n"
    assert output.read_text() == "result\n"


def test_somebody_hears_that_it_is_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PULSE", 0.05)
    _, beats = _run("echo one; sleep 0.3", tmp_path / "log")
    assert len(beats) >= 2
    assert beats[-1] == 1


def test_a_command_is_not_held_up_by_a_full_disk(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        _run("yes | head -c 1000000", log)
    told = explain_os("pulumi", caught.value)
    assert isinstance(told, GovcloudError)
    assert told.code == "toolchain.disk-full"


def test_another_failure_is_told_as_it_is() -> None:
    error = OSError(errno.EACCES, "Permission denied")
    assert explain_os("pulumi", error) is error
