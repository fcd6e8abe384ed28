"""Which program is used: with small real programs that tell a version."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from govcloud import toolchain
from govcloud.errors import GovcloudError
from govcloud.toolchain import built, versions
from govcloud.toolchain.tool import RECIPES, Name


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on PATH, nothing in the cache and no plugin of Pulumi."""
    for folder in ("bin", "home"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def _program(file: Path, version: str) -> Path:
    """A program that tells this version, and notes in a file beside it that it was asked."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho asked >> {file}.asked\necho v{version}\n")
    file.chmod(0o755)
    return file


def _build(name: Name) -> Path:
    """What a build leaves behind, with a small program in place of the large one."""
    recipe = RECIPES[name]
    folder = built.place(recipe)
    file = _program(built.binary(recipe, folder), recipe.version)
    built.write(recipe, folder, go="1.26.0", seconds=1)
    return file


def test_nothing_is_there() -> None:
    with pytest.raises(GovcloudError) as caught:
        toolchain.find()
    assert caught.value.code == "toolchain.missing"
    assert versions.PULUMI in str(caught.value.params["names"])
    assert versions.OPENSTACK in str(caught.value.params["names"])


def test_only_what_is_missing_is_named() -> None:
    _build("engine")
    with pytest.raises(GovcloudError) as caught:
        toolchain.find()
    assert caught.value.params["names"] == f"pulumi-resource-openstack {versions.OPENSTACK}"


def test_what_was_built_is_used_without_asking_it(machine: Path) -> None:
    files = {name: _build(name) for name in RECIPES}
    found = toolchain.find()
    assert found.engine == toolchain.Tool("engine", files["engine"], versions.PULUMI, "built")
    assert found.provider == toolchain.Tool("provider", files["provider"], versions.OPENSTACK, "built")
    assert not list(machine.rglob("*.asked"))


def test_a_fitting_program_on_path_comes_first(machine: Path) -> None:
    _build("engine")
    file = _program(machine / "bin" / "pulumi", versions.PULUMI)
    used = toolchain.look()["engine"].used
    assert used == toolchain.Tool("engine", file, versions.PULUMI, "PATH")


def test_a_program_on_path_is_asked_once_and_again_when_it_changed(machine: Path) -> None:
    file = _program(machine / "bin" / "pulumi", versions.PULUMI)
    toolchain.look()
    toolchain.look()
    assert Path(f"{file}.asked").read_text().count("asked") == 1
    _program(file, "3.100.0")
    assert toolchain.look()["engine"].used is None
    assert Path(f"{file}.asked").read_text().count("asked") == 2


def test_another_version_is_passed_over(machine: Path) -> None:
    ours = _build("engine")
    old = _program(machine / "bin" / "pulumi", "3.100.0")
    sighting = toolchain.look()["engine"]
    assert sighting.used == toolchain.Tool("engine", ours, versions.PULUMI, "built")
    assert sighting.passed_over == (toolchain.Tool("engine", old, "3.100.0", "PATH"),)


def test_a_program_that_does_not_run_is_no_program(machine: Path) -> None:
    file = machine / "bin" / "pulumi"
    file.write_text("#!/bin/sh\nexit 3\n")
    file.chmod(0o755)
    assert toolchain.look()["engine"].used is None


@pytest.mark.parametrize("half", [False, True])
def test_a_plugin_of_pulumi_is_used_once_it_is_whole(machine: Path, half: bool) -> None:
    plugin = machine / "home" / ".pulumi" / "plugins" / f"resource-openstack-v{versions.OPENSTACK}"
    file = _program(plugin / "pulumi-resource-openstack", versions.OPENSTACK)
    if half:
        plugin.with_name(f"{plugin.name}.partial").touch()
    used = toolchain.look()["provider"].used
    expected = toolchain.Tool("provider", file, versions.OPENSTACK, "plugins")
    assert used == (None if half else expected)


def test_a_changed_file_is_not_what_was_verified() -> None:
    file = _build("engine")
    file.write_text("#!/bin/sh\necho something else\n")
    assert built.find(RECIPES["engine"]) is None


def test_a_copy_of_the_cache_with_other_times_is_as_good() -> None:
    file = _build("engine")
    os.utime(file, (1, 1))
    assert built.find(RECIPES["engine"]) is not None


def test_a_torn_record_counts_as_nothing_built() -> None:
    _build("engine")
    (built.place(RECIPES["engine"]) / "built.json").write_text('{"version":')
    assert built.find(RECIPES["engine"]) is None


def test_show_notices_a_change_that_size_and_time_hide() -> None:
    file = _build("engine")
    before = file.stat()
    file.write_bytes(file.read_bytes()[::-1])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(GovcloudError) as caught:
        toolchain.inspect(toolchain.look()["engine"])
    assert caught.value.code == "toolchain.changed"


def test_the_provider_is_laid_out_where_the_engine_looks(machine: Path) -> None:
    for name in RECIPES:
        _build(name)
    found, home = toolchain.find(), machine / "run"
    threads = [threading.Thread(target=found.lay_out, args=(home,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    variables = found.lay_out(home)
    plugin = home / "plugins" / f"resource-openstack-v{versions.OPENSTACK}"
    assert [file.name for file in plugin.iterdir()] == ["pulumi-resource-openstack"]
    assert (plugin / "pulumi-resource-openstack").samefile(found.provider.path)
    assert variables["PULUMI_HOME"] == str(home)
    assert plugin.is_dir()
    assert not plugin.is_symlink(), "the engine overlooks links to folders"


def test_a_home_follows_the_provider(machine: Path) -> None:
    for name in RECIPES:
        _build(name)
    home = machine / "run"
    toolchain.find().lay_out(home)
    newer = _program(machine / "bin" / "pulumi-resource-openstack", versions.OPENSTACK)
    toolchain.find().lay_out(home)
    link = home / "plugins" / f"resource-openstack-v{versions.OPENSTACK}" / "pulumi-resource-openstack"
    assert link.samefile(newer)
