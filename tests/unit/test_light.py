"""What a command loads: the engine's SDK and openstacksdk take a second, and who only looks shall not wait for them."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

LOOKING: Final = {
    "list": ("output.tenancy", "plan.context", "plan.target", "store.isolations", "store.runs", "store.tenancies"),
    "show": ("output.tenancy", "plan.context", "plan.look", "plan.target"),
    "history": ("output.history", "plan.context", "plan.target", "store.leases"),
    "drift": ("output.drift", "output.progress", "plan.context", "plan.drift", "plan.target"),
    "plan": ("output.plan", "output.progress", "plan.context", "plan.guard", "plan.planning", "plan.target"),
    "store": ("output.records", "plan.backup", "plan.check", "plan.records", "plan.restore"),
    "validate": ("compliance.validation", "output.validation", "request.load"),
}
HEAVY: Final = {"pulumi", "pulumi_openstack", "openstack", "keystoneauth1"}


@pytest.mark.parametrize("command", LOOKING)
def test_a_command_that_looks_loads_neither_engine_nor_cloud(command: str) -> None:
    """Who looks begins at once: both are loaded when a cloud is really asked, or an engine really begins."""
    modules = ", ".join(f"govcloud.{name}" for name in ("cli.app", "cli.printing", *LOOKING[command]))
    words = f"import sys, {modules}; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert not HEAVY.intersection(ended.stdout.split())
