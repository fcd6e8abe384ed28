"""Ctrl-C of a command that only looks: it says so and ends, however often it is pressed."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from govcloud.store.store import Store
from govcloud.store.tenancies import save
from tests.cli.conftest import Shell
from tests.unit.ground import FERRY, fitted, given, tenancy


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A port whose service takes a request and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


def _interrupted(
    shell: Shell, silent: socket.socket, *arguments: str, presses: int = 1
) -> subprocess.CompletedProcess[str]:
    """What a command says that asks a cloud which answers nothing, and gets Ctrl-C then."""
    auth = {"auth_url": f"http://127.0.0.1:{silent.getsockname()[1]}/v3", "username": "u", "password": "p"}
    auth |= {"project_name": "p", "user_domain_name": "d", "project_domain_name": "d"}
    clouds = shell.home / "own.yaml"
    clouds.write_text(json.dumps({"clouds": {"devcloud": {"auth": auth}, "south": {"auth": auth}}}), "utf-8")
    running = subprocess.Popen(
        ["govcloud", *arguments, "--lang", "en"], cwd=shell.here,
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
    return subprocess.CompletedProcess(arguments, running.returncode, out, err)


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize("presses", [1, 3])
@pytest.mark.parametrize("form", ["table", "json"])
def test_it_is_said_once(shell: Shell, silent: socket.socket, presses: int, form: str) -> None:
    said = _interrupted(shell, silent, "doctor", "--site", "main", "-o", form, presses=presses)
    assert (said.returncode, said.stderr) == (130, "interrupted\n    → run the same command again\n")
    if form == "json":
        assert json.loads(said.stdout)["kind"] == "Error"
    else:
        assert said.stdout == ""


def test_an_isolation_that_still_asks_says_that_nothing_is_cut(
    shell: Shell, province: Path, silent: socket.socket
) -> None:
    """Of a department on several sites all are asked before the first is cut."""
    main = (province / "sites/main.yaml").read_text("utf-8")
    south = main.replace("name: main", "name: south").replace("cloud: devcloud", "cloud: south")
    south = south.replace("operator_domain: tenancies", "operator_domain: south")
    (province / "sites/south.yaml").write_text(south, "utf-8")
    store = Store(f"sqlite:///{shell.home}/.local/state/govcloud/store.sqlite")
    for name, site in (("t-aaaaaa", "main"), ("t-bbbbbb", "south")):
        save(store, replace(tenancy(given(fitted(FERRY), name)), site=site))
    said = _interrupted(shell, silent, "isolate", "dot", "--reason", "drill", "--yes")
    assert (said.returncode, said.stdout) == (130, "")
    assert said.stderr == "interrupted: nothing has been cut yet\n    → run the same command again\n"
