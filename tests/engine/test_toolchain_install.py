"""`govcloud toolchain install|show` as a person runs them: real builds from Go's warm caches.

Each test has an XDG cache of its own, and Go's caches of this user: where those are cold, they take minutes.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from govcloud import toolchain
from govcloud.config import folders
from govcloud.events import ignore
from govcloud.toolchain.lock import alone
from govcloud.toolchain.tool import cache

Start = Callable[..., subprocess.Popen[str]]
GO_CACHES = {"GOPATH": str(folders().cache / "go"), "GOCACHE": str(folders().cache.parent / "go-build")}


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Start `govcloud toolchain ...` on a machine where nothing was built and no Pulumi is on PATH."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "pulumi"))
    monkeypatch.setenv("PATH", os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if not _has_pulumi(p)))
    for name, value in GO_CACHES.items():
        monkeypatch.setenv(name, os.environ.get(name, value))

    def run(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "govcloud", "toolchain", *words, "--lang", "en"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return run


def _has_pulumi(folder: str) -> bool:
    return any((Path(folder) / name).exists() for name in ("pulumi", "pulumi-resource-openstack"))


def _until(process: subprocess.Popen[str], sign: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if sign in line:
            return
    pytest.fail(f"never said: {sign}")


def _end(process: subprocess.Popen[str]) -> str:
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    return said + errors


def test_a_killed_installation_is_taken_up_again(start: Start) -> None:
    killed = start("install")
    _until(killed, "toolchain/engine/compile")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    assert list(cache().glob(".building-*")), "the site of the killed build is still there"
    assert not list(cache().glob("engine-*")), "nothing half-built is in its place"

    assert "The toolchain is complete" in _end(start("install"))
    assert not list(cache().glob(".building-*"))
    again = _end(start("install"))
    assert "compile" not in again

    shown = json.loads(_end(start("show", "-o", "json")))["data"]
    for name, tool in toolchain.look().items():
        assert tool.used is not None
        assert shown[name]["origin"] == "built"
        assert shown[name]["path"] == str(tool.used.path)
        assert shown[name]["sha256"] == hashlib.sha256(tool.used.path.read_bytes()).hexdigest()


def test_an_interrupted_installation_ends_what_it_started(start: Start) -> None:
    interrupted = start("install")
    _until(interrupted, "toolchain/engine/compile")
    interrupted.send_signal(signal.SIGINT)
    _, errors = interrupted.communicate()
    assert interrupted.returncode == 130
    assert "toolchain/engine/compile" in errors, "the step is told as failed"
    with alone(cache(), ignore):  # compilers hold the lock until they have ended, a second later
        assert not list(cache().glob("engine-*"))


def test_show_fails_with_the_next_step_where_something_is_missing(start: Start) -> None:
    process = start("show")
    said, errors = process.communicate()
    assert process.returncode == 1
    assert said.count("missing") == 2
    assert "→ govcloud toolchain install" in errors


def test_a_second_installation_waits_and_says_so(start: Start) -> None:
    with alone(cache(), print):
        second = start("install")
        _until(second, f"process {os.getpid()}")
        second.terminate()
        second.communicate()


def test_a_proxy_that_is_not_there_is_named(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))  # a person's own would have them all
    monkeypatch.setenv("GOPROXY", "https://ci:s3cret@127.0.0.1:9")
    process = start("install")
    _, errors = process.communicate()
    assert process.returncode == 1
    assert "could not be fetched from https://***@127.0.0.1:9" in errors
    assert "connection refused" in errors
    assert "→ set GOPROXY" in errors
    assert "s3cret" not in errors


def test_an_old_go_is_passed_over_and_an_index_that_is_not_there_is_named(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old" / "go"
    old.parent.mkdir()
    old.write_text('#!/bin/sh\necho \'{"GOVERSION": "go1.19.8"}\'\n')
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PIP_INDEX_URL", "https://ci:s3cret@127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    process = start("install")
    _, errors = process.communicate()
    assert process.returncode == 1
    assert f"{old} is Go 1.19.8; at least 1.26 is needed" in errors
    assert "could not be fetched from https://***@127.0.0.1:9/simple" in errors
    assert "PIP_INDEX_URL" in errors
    assert "s3cret" not in errors
