"""Nothing of the person who runs the tests leaks into them."""

from __future__ import annotations

import os
import signal

import pytest

from tests.postgresql import postgresql  # noqa: F401 - a fixture for every tier

for name in list(os.environ):
    if name.startswith(("OS_", "PULUMI_", "GOVCLOUD_", "LC_")) or name in ("LANG", "NO_COLOR", "FORCE_COLOR"):
        del os.environ[name]
os.environ["LANG"] = "C.UTF-8"
# a shell lets what it runs in the background ignore Ctrl-C, nohup a lost terminal, and children inherit that
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

TIERS = ("unit", "store", "engine", "cloud", "cli")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test's tier is the folder it stands in."""
    for item in items:
        for tier in TIERS:
            if tier in item.path.parts:
                item.add_marker(tier)
