"""Ctrl-C of a command that only looks: it says so and ends, however often it is pressed."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A port whose service takes a request and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


@pytest.mark.parametrize("presses", [1, 3])
@pytest.mark.parametrize("form", ["table", "json"])
def test_it_is_said_once(shell: Shell, province: Path, silent: socket.socket, presses: int, form: str) -> None:
    auth = {"auth_url": f"http://127.0.0.1:{silent.getsockname()[1]}/v3", "username": "u", "password": "p"}
    auth |= {"project_name": "p", "user_domain_name": "d", "project_domain_name": "d"}
    clouds = province / "own.yaml"
    clouds.write_text(json.dumps({"clouds": {"devcloud": {"auth": auth}}}), "utf-8")
    running = subprocess.Popen(
        ["govcloud", "doctor", "--site", "main", "-o", form, "--lang", "en"], cwd=shell.here,
        env={**shell.environment, "OS_CLIENT_CONFIG_FILE": str(clouds)}, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        asking, _ = silent.accept()
        with asking:
            for _ in range(presses):
                running.send_signal(signal.SIGINT)
                time.sleep(0.02)
            out, err = running.communicate(timeout=30)
    finally:
        running.kill()
        running.wait()
    assert (running.returncode, err) == (130, "interrupted\n    → run the same command again\n")
    if form == "json":
        assert json.loads(out)["kind"] == "Error"
    else:
        assert out == ""
