"""Programs that know no secret of ours are given none."""

from __future__ import annotations

from pathlib import Path

import pytest

from govcloud.config import harmless
from govcloud.toolchain.present import ask
from govcloud.toolchain.tool import RECIPES

SECRET = {
    "OS_PASSWORD": "1",
    "PGPASSWORD": "2",
    "GOVCLOUD_STORE": "postgresql://me:3@db/gov",
    "PULUMI_ACCESS_TOKEN": "4",
}


def test_what_may_hold_a_secret_is_left_out() -> None:
    assert harmless({**SECRET, "PATH": "/bin", "GOPROXY": "direct"}) == {"PATH": "/bin", "GOPROXY": "direct"}


def test_a_program_asked_for_its_version_is_given_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRET.items():
        monkeypatch.setenv(name, value)
    program = tmp_path / "pulumi"
    program.write_text(f"#!/bin/sh\nenv >{tmp_path}/told\necho v3.259.0\n", "utf-8")
    program.chmod(0o755)
    assert ask(RECIPES["engine"], program) == "3.259.0"
    told = dict(line.split("=", 1) for line in (tmp_path / "told").read_text("utf-8").splitlines() if "=" in line)
    assert told["PATH"]
    assert not SECRET.keys() & told.keys()
