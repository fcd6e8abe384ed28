"""Interrupted, killed, failed: nothing is left behind, and the same command finishes the job."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture


@pytest.fixture
def path(workshop: Workshop) -> Iterator[str]:
    """A request with two machines and two volumes, and nothing of it afterwards."""
    request = smallest()
    request["iaas"]["servers"]["web"] |= {"count": 2, "volumes": {"files": "1GiB"}}
    written = workshop.write("trust.test", request)
    yield written
    for row in workshop.run("list", "--for", "operator", "-o", "json").data:
        workshop.run("destroy", row["tenancy"], "--yes")
    assert _engines(workshop) == []


def _start(workshop: Workshop, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "govcloud", *arguments]
    return subprocess.Popen(
        command,
        cwd=workshop.root,
        env=workshop.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _engines(workshop: Workshop) -> list[int]:
    """The engine and provider processes that work for this workshop, by what their environment says."""
    marker = workshop.environment["XDG_STATE_HOME"].encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            name = (process / "comm").read_text("ascii").strip()
            if name.startswith("pulumi") and marker in (process / "environ").read_bytes():
                found.append(int(process.name))
        except (OSError, UnicodeDecodeError):
            continue  # it ended while we looked
    return found


def _started(workshop: Workshop, path: str, until: str) -> subprocess.Popen[str]:
    """An apply that has just begun with this step."""
    running = _start(workshop, "apply", path, "--yes")
    assert running.stderr is not None
    while until not in running.stderr.readline():
        assert running.poll() is None
    return running


def test_others_are_told_who_is_at_work_and_ctrl_c_drains(workshop: Workshop, path: str) -> None:
    running = _started(workshop, path, "iaas/network")
    # it is held in the middle of its work, however long the others take to ask
    os.kill(running.pid, signal.SIGSTOP)
    try:
        tenancy = workshop.tenancy(path)
        refused = workshop.run("apply", path, "--yes", code=10)
        unlocked = workshop.run("unlock", path, code=10)
    finally:
        os.kill(running.pid, signal.SIGCONT)
    running.send_signal(signal.SIGINT)
    running.send_signal(signal.SIGINT)
    assert f"govcloud-operator is changing {tenancy} (apply, process {running.pid}" in refused.err
    assert str(running.pid) in unlocked.err
    _, rest = running.communicate(timeout=120)
    assert running.returncode == 130, rest
    assert "stopping: what is in flight ends" in rest
    assert _engines(workshop) == []
    assert workshop.run("history", path, "-o", "json").data[0]["outcome"] == "interrupted"
    workshop.run("apply", path, "--yes")
    assert workshop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True


@pytest.mark.long
def test_what_failed_says_why_and_what_was_killed_is_taken_over(workshop: Workshop, path: str) -> None:
    with workshop.squatted():
        failed = workshop.run("apply", path, "--yes", code=4)
    assert "project domain failed" in failed.err
    assert "409" in failed.err
    running = _started(workshop, path, "iaas/subnet")
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    workshop.run("apply", path, "--yes")
    assert _engines(workshop) == []
    assert workshop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True
    outcomes = [row["outcome"] for row in workshop.run("history", path, "-o", "json").data]
    assert outcomes[:3] == ["done", "lost", "failed"]
