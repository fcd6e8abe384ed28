"""The engine and the provider together, without a cloud."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from govcloud import toolchain

# the SDK warns of its own old names when it is imported
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_openstack")

CLOUDS = """
clouds:
  nowhere:
    auth: {auth_url: "http://127.0.0.1:9/v3", username: u, password: p, project_name: p, domain_name: Default}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home with nothing in it; the engine runs in it, with a Pulumi home and state of its own."""
    found = toolchain.find()
    person = tmp_path / "person"
    state = tmp_path / "state"
    for folder in (person, state):
        folder.mkdir()
    clouds = tmp_path / "clouds.yaml"
    clouds.write_text(CLOUDS, "utf-8")
    environment = {
        **found.lay_out(tmp_path / "pulumi"),
        "PATH": f"{found.engine.path.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(person),
        "OS_CLIENT_CONFIG_FILE": str(clouds),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "only for this test",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return person


def test_a_program_is_previewed_by_our_engine_with_our_provider(home: Path, tmp_path: Path) -> None:
    import pulumi_openstack as openstack  # noqa: PLC0415 - its warnings are ignored from here on
    from pulumi import ResourceOptions, automation  # noqa: PLC0415

    def program() -> None:
        # delayed_auth: the provider logs in at the first call to the cloud, and a preview of new things makes none
        cloud = openstack.Provider("nowhere", cloud="nowhere", delayed_auth=True)
        options = ResourceOptions(provider=cloud)
        network = openstack.networking.Network("app", name="app", tags=["tenancy=t-000001"], opts=options)
        openstack.networking.Subnet(
            "app",
            name="app",
            network_id=network.id,
            cidr="100.64.0.0/24",
            allocation_pools=[openstack.networking.SubnetAllocationPoolArgs(start="100.64.0.10", end="100.64.0.20")],
            opts=options,
        )

    workspace = automation.LocalWorkspaceOptions(work_dir=str(tmp_path))
    stack = automation.create_stack("t", project_name="p", program=program, opts=workspace)
    said: list[str] = []
    planned: dict[str, str] = {}

    def listen(event: automation.EngineEvent) -> None:
        if event.diagnostic_event and event.diagnostic_event.severity != "debug":
            said.append(event.diagnostic_event.message)
        if event.resource_pre_event:
            step = event.resource_pre_event.metadata
            planned[step.type] = step.op.value

    result = stack.preview(on_event=listen)
    assert said == []  # no warning of a plugin on PATH, of a type, of a newer release
    assert result.change_summary == {automation.OpType.CREATE: 4}
    assert planned["openstack:networking/subnet:Subnet"] == "create"
    assert list(home.iterdir()) == []  # nothing was written where nothing of ours belongs
