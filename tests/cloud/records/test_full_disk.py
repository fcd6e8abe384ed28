"""A disk that gets full while an apply builds: the state is cut short, and the same command goes on all the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud.conftest import Cloud, Devcloud
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, open_workshop

pytestmark = pytest.mark.long


@pytest.fixture
def workshop(devcloud: Devcloud, operator: Cloud, tmp_path: Path) -> Iterator[Workshop]:
    """A workshop whose records are spoiled."""
    yield from open_workshop(devcloud, operator, tmp_path)


def _state(workshop: Workshop, tenancy: str) -> Path:
    folder = Path(workshop.environment["XDG_STATE_HOME"]) / "govcloud/pulumi/.pulumi/stacks/govcloud"
    return folder / f"{tenancy}.iaas.json"


def _cut_while_applying(workshop: Workshop, path: str, seen: str = '"iaas/') -> str:
    """Apply a request, end it in the middle of the iaas layer, when this is done, and leave what a full disk leaves;
    returns the id.
    """
    command = [sys.executable, "-m", "govcloud", "apply", path, "--yes", "--events"]
    with subprocess.Popen(
        command, cwd=workshop.root, env=workshop.environment, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            # something of the layer stands, and is in the state
            if seen in line and '"done"' in line:
                running.send_signal(signal.SIGKILL)
                break
    tenancy = workshop.tenancy(path)
    _end_engines(workshop)
    state = _state(workshop, tenancy)
    for file in (state, state.with_name(f"{state.name}.bak")):
        file.write_bytes(file.read_bytes()[:4096])
    return tenancy


def _end_engines(workshop: Workshop) -> None:
    """End what outlived the command, as a disk that is full does after some minutes."""
    mark = f"{workshop.environment['XDG_STATE_HOME']}/".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes() and b"GOVCLOUD_RUN=r-" in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            continue


def test_an_apply_whose_state_was_cut_short_is_applied_again(workshop: Workshop) -> None:
    path = workshop.write("new.test", smallest())
    tenancy = _cut_while_applying(workshop, path)
    assert workshop.run("plan", path).out, "who looks is told what will be done"
    assert "once nobody is at work: govcloud apply" in workshop.run("drift", tenancy).out
    assert "t-" in workshop.run("store", "check", code=1).out
    done = workshop.run("apply", path, "--yes")
    assert done.code == 0
    assert "No drift" in workshop.run("drift", tenancy).out
    # and one that stands, while it is changed: what it got is in use already, and nobody wrote that down
    changed = smallest()
    changed["iaas"]["servers"]["web"] |= {"count": 2, "volumes": {"files": "1GiB"}}
    workshop.write("new.test", changed)
    assert _cut_while_applying(workshop, path, '"iaas/attachment') == tenancy
    losses = workshop.run("plan", path, "-o", "json").data["losses"]
    assert any(one.startswith("volume ") for one in losses)
    refused = workshop.run("apply", path, "--yes", code=5)
    assert all(f'--allow-data-loss "{one}"' in refused.err for one in losses)
    workshop.run("apply", path, "--yes", *(word for one in losses for word in ("--allow-data-loss", one)))
    assert "No drift" in workshop.run("drift", tenancy).out
    assert workshop.run("plan", path, "--detailed-exitcode").code == 0
