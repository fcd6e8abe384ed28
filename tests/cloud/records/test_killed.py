"""An apply that was killed does not stand in the way of a backup, and is finished where that is restored."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.cloud.records.machines import machine, move
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture


def test_a_killed_apply_is_backed_up_and_finished_elsewhere(workshop: Workshop, tmp_path: Path) -> None:
    path, file = workshop.write("killed.test", smallest()), tmp_path / "records.tar"
    command = [sys.executable, "-m", "govcloud", "apply", path, "--yes"]
    with subprocess.Popen(
        command,
        cwd=workshop.root,
        env=workshop.environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as apply:
        assert apply.stderr is not None
        assert any("iaas/server" in line for line in apply.stderr), "it never came so far"
        # it is held there, however long the other takes to ask
        apply.send_signal(signal.SIGSTOP)
        refused = workshop.run("store", "backup", str(file), code=10)
        assert f"process {apply.pid}" in refused.err
        apply.send_signal(signal.SIGKILL)
    tenancy = workshop.tenancy(path)
    kept = workshop.run("store", "backup", str(file), "-o", "json").data
    assert f"{tenancy} (apply)" in kept["unfinished"]
    assert f"{tenancy} (apply)" in workshop.run("store", "check", str(file)).out.replace("\n", " ")
    there = machine(workshop, tmp_path / "there")
    assert there.run("store", "restore", str(file), "-o", "json").data == kept
    move(workshop, there)
    found = workshop.run("history", tenancy, "-o", "json").data
    assert [(run["kind"], run["outcome"]) for run in found] == [("apply", "lost")]
    workshop.run("apply", path, "--yes")
    workshop.run("plan", path, "--detailed-exitcode")
    assert workshop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True
    workshop.run("store", "check")
