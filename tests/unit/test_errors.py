"""The exit codes are a promise to scripts: this test changes only together with a major version."""

from __future__ import annotations

from govcloud.errors import ExitCode


def test_exit_codes_are_frozen() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "ERROR": 1,
        "INVALID": 2,
        "AUTHENTICATION": 3,
        "RESOURCE": 4,
        "REFUSED": 5,
        "STALE": 6,
        "CANCELLED": 8,
        "TIMEOUT": 9,
        "LOCKED": 10,
        "USAGE": 64,
        "INTERRUPTED": 130,
    }
