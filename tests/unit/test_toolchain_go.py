"""Which Go builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from govcloud.toolchain.golang import LOCK, _fits, _installer


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("1.26", True),
        ("1.26.8", True),
        ("1.26rc1", True),
        ("1.30.1", True),
        ("2.0", True),
        ("1.25.9", False),
        ("1.9", False),
        ("devel +abc", False),
        ("", False),
    ],
)
def test_new_enough(version: str, fits: bool) -> None:
    assert _fits(version) is fits


def test_a_wheel_is_installed_with_its_digests_checked() -> None:
    assert "--require-hashes" in _installer()
    assert LOCK.is_file()


def test_uv_serves_where_pip_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\n")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert _installer()[:3] == [str(uv), "pip", "install"]
