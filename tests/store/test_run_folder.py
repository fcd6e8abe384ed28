"""A run's folder is its owner's, goes with the run, and what a killed one left goes with the next."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from govcloud.cloud.run_folder import run_folder

KEEPER = """
import sys, time
from govcloud.cloud.run_folder import run_folder
with run_folder() as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "govcloud" / "runs"


def _kept(state: Path) -> list[Path]:
    return [one for one in state.iterdir() if one.is_dir()]


def test_it_is_its_owners_and_goes_with_the_run(state: Path) -> None:
    with run_folder() as folder, run_folder() as other:
        assert folder != other
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(state.stat().st_mode) == 0o700
        (folder / "clouds.yaml").write_text("secret")
    assert _kept(state) == []


@pytest.mark.usefixtures("state")
def test_what_a_killed_run_left_goes_and_the_living_keep_theirs() -> None:
    killed, living = (subprocess.Popen([sys.executable, "-c", KEEPER], stdout=subprocess.PIPE) for _ in range(2))
    try:
        left, kept = (Path(one.stdout.readline().decode().strip()) for one in (killed, living) if one.stdout)
        (left / "clouds.yaml").write_text("secret")
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert left.exists()
        # an engine that outlives its command still reads there
        engine = subprocess.Popen(
            ["sleep", "60"], env={**os.environ, "OS_CLIENT_CONFIG_FILE": str(left / "clouds.yaml")}
        )
        try:
            deadline = time.monotonic() + 20
            while str(left).encode() not in Path(f"/proc/{engine.pid}/environ").read_bytes():
                assert time.monotonic() < deadline
            with run_folder():
                assert left.exists()
        finally:
            engine.kill()
            engine.wait()
        with run_folder():
            assert not left.exists()
            assert kept.exists()
    finally:
        living.kill()
        living.communicate()
