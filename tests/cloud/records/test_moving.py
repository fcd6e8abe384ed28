"""Records that move, to another machine or another database, are all that is needed there; damage is named."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from govcloud.engine.state import empty
from tests.cloud.records.machines import in_postgresql, machine, move
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture
from tests.postgresql import Server


@dataclass(frozen=True)
class Built:
    """Two tenancies of two departments: one's request, both ids, and a copy of the first machine's folder."""

    with_volumes: str
    ids: tuple[str, ...]
    kept: Path


@pytest.fixture(scope="module")
def built(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Built:
    request = smallest()
    request["iaas"]["servers"]["web"] |= {"count": 2, "volumes": {"files": "1GiB"}}
    first = workshop.write("records.test", request)
    code = yaml.safe_load((workshop.root / "departments/hrss/department.yaml").read_text("utf-8"))["uscc"]
    second = workshop.write("records.test", {**smallest("档案系统"), "department": code}, "hrss")
    workshop.run("apply", "departments", "--yes")
    kept = tmp_path_factory.mktemp("kept") / "state"
    shutil.copytree(workshop.environment["XDG_STATE_HOME"], kept)
    return Built(first, (workshop.tenancy(first), workshop.tenancy(second)), kept)


def _view(shop: Workshop) -> set[tuple[str, str, object]]:
    """All there is in the workshop's projects, with what changes when somebody writes to it."""
    cloud, seen = shop.cloud, set[tuple[str, str, object]]()
    for project in cloud.identity.projects(domain_id=shop.domain_id):
        seen.add(("project", project.name, project.is_enabled))
        network = cloud.network
        for listed in (network.networks, network.subnets, network.routers, network.ports, network.ips):
            seen |= {(listed.__name__, one.id, one.revision_number) for one in listed(project_id=project.id)}
        rules = network.security_group_rules(project_id=project.id)
        seen |= {("rules", rule.id, rule.revision_number) for rule in rules}
        seen |= {
            ("servers", one.id, one.updated_at)
            for one in cloud.compute.servers(all_projects=True, project_id=project.id)
        }
        volumes = cloud.block_storage.volumes(all_projects=True, project_id=project.id)
        seen |= {("volumes", one.id, one.updated_at) for one in volumes}
    return seen


def _same(shop: Workshop, built: Built) -> None:
    """Everything is known here: the records are whole, nothing is planned, nothing differs."""
    checks = shop.run("store", "check", "-o", "json").data
    assert {check["check"] for check in checks} > {"texts", "passphrase", "stacks", "readable"}
    shop.run("plan", "departments", "--detailed-exitcode")
    assert shop.run("drift", built.ids[0], "-o", "json", "--detailed-exitcode").data["clean"] is True


def _nothing_to_do(shop: Workshop, built: Built) -> None:
    """An apply finds nothing to do, and does nothing."""
    before = _view(shop)
    shop.run("apply", "departments", "--yes")
    assert _view(shop) == before
    for tenancy in built.ids:
        newest, *earlier = shop.run("history", tenancy, "-o", "json").data
        assert (newest["kind"], newest["outcome"], newest["record"]["steps"]) == ("apply", "done", [])
        assert earlier[-1]["record"]["steps"], "the first apply is remembered"


def _lost(shop: Workshop, built: Built) -> None:
    """Where the state is not found, nobody builds everything a second time, or takes it for a stranger's."""
    for verb in ("apply", "destroy"):
        refused = shop.run(verb, built.with_volumes, code=1)
        assert f"{built.ids[0]}.tenancy, {built.ids[0]}.iaas" in refused.err
        assert "govcloud config show --origin" in refused.err


def _carry(here: Workshop, there: Workshop, file: Path) -> None:
    """What docs/records.md says of moving, word for word."""
    told = here.run("store", "backup", str(file), "-o", "json").data
    assert (told["tenancies"], told["stacks"]) == (2, 6)
    assert here.run("store", "check", str(file), "-o", "json").data["sha256"] == told["sha256"]
    assert there.run("store", "restore", str(file), "-o", "json").data == told
    move(here, there)


def test_from_files_to_files_to_postgresql_and_back(
    workshop: Workshop, built: Built, postgresql: Server, tmp_path: Path
) -> None:
    _carry(workshop, machine(workshop, tmp_path / "second"), tmp_path / "first.tar")
    _same(workshop, built)
    _carry(workshop, machine(workshop, tmp_path / "third", **in_postgresql(postgresql)), tmp_path / "second.tar")
    assert not (tmp_path / "third/govcloud/store.sqlite").exists()
    _same(workshop, built)
    _nothing_to_do(workshop, built)
    half = machine(workshop, tmp_path / "half", GOVCLOUD_STORE=workshop.environment["GOVCLOUD_STORE"])
    shutil.copytree(tmp_path / "third/govcloud/engine", tmp_path / "half/govcloud/engine")
    _lost(half, built)
    # what is changed there comes back as well
    request = yaml.safe_load((workshop.root / built.with_volumes).read_text("utf-8"))
    request["iaas"]["servers"]["web"]["volumes"]["more"] = "1GiB"
    workshop.edit(built.with_volumes, iaas=request["iaas"])
    workshop.run("apply", built.with_volumes, "--yes")
    _carry(workshop, machine(workshop, tmp_path / "fourth"), tmp_path / "third.tar")
    assert (tmp_path / "fourth/govcloud/store.sqlite").exists()
    _same(workshop, built)
    _nothing_to_do(workshop, built)
    for tenancy in built.ids:
        workshop.run("destroy", tenancy, "--yes")
    assert workshop.run("list", "--for", "operator", "-o", "json").data == []
    assert _view(workshop) == set()
    workshop.run("store", "check")


def _sql(statement: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        connection = sqlite3.connect(folder / "store.sqlite")
        with connection:
            assert connection.execute(statement).rowcount > 0
        connection.close()

    return spoil


def _stack(folder: Path, kind: str) -> Path:
    return next((folder / "pulumi/.pulumi/stacks/govcloud").glob(f"*.{kind}.json"))


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _lose_store(folder: Path) -> None:
    for file in folder.glob("store.sqlite*"):
        file.unlink()


def _half_written(folder: Path) -> None:
    file = _stack(folder, "iaas")
    content = json.loads(file.read_bytes())
    content["checkpoint"]["latest"]["pending_operations"] = [{"type": "creating"}]
    file.write_text(json.dumps(content), "utf-8")


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a state cut short": (lambda f: _truncate(_stack(f, "iaas")), "readable"),
    "a state of nothing": (lambda f: _stack(f, "tenancy").write_bytes(b""), "readable"),
    "a state emptied": (lambda f: _stack(f, "tenancy").write_bytes(empty(_stack(f, "tenancy").stem)), "stacks"),
    "a state lost": (lambda f: _stack(f, "iaas").unlink(), "stacks"),
    "all states lost": (lambda f: shutil.rmtree(f / "pulumi"), "stacks"),
    "a state of nobody": (lambda f: shutil.copy(_stack(f, "iaas"), _stack(f, "iaas").with_name("t-zzzzzz.iaas.json")),
                          "strangers"),
    "a state half written": (_half_written, "unfinished"),
    "an apply that nobody ended": (_sql("UPDATE runs SET outcome = 'running', ended = NULL"), "unfinished"),
    "texts lost": (_sql("DELETE FROM texts"), "texts"),
    "a text changed": (_sql("UPDATE texts SET content = content || '#'"), "texts"),
    "a row that is none": (_sql("UPDATE tenancies SET allocation = '{}'"), "tenancies"),
    "an old run that is none": (_sql("UPDATE runs SET record = '{'"), "runs"),
    "another passphrase": (lambda f: (f / "engine/passphrase").write_text("another"), "passphrase"),
    "the passphrase lost": (lambda f: (f / "engine/passphrase").unlink(), "passphrase"),
    "a passphrase for all to read": (lambda f: (f / "engine/passphrase").chmod(0o644), "private"),
    "a store cut short": (lambda f: _truncate(f / "store.sqlite"), "store"),
    "the store lost": (_lose_store, "store"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_named_and_not_backed_up(workshop: Workshop, built: Built, tmp_path: Path, damage: str) -> None:
    spoil, name = DAMAGES[damage]
    shutil.copytree(built.kept, tmp_path / "state")
    spoil(tmp_path / "state/govcloud")
    here, file = machine(workshop, tmp_path / "state"), tmp_path / "records.tar"
    ended = here.run("store", "check", "-o", "json", code=1)
    if json.loads(ended.out)["kind"] != "Error":
        assert [check["check"] for check in ended.data if not check["ok"]] == [name]
    else:
        assert name in ended.err
    harmless = name in ("unfinished", "private")
    refused = here.run("store", "backup", str(file), code=0 if harmless else 1)
    assert file.exists() is harmless
    if not harmless:
        assert "→" in refused.err
        return
    here.run("store", "check", str(file))
    shutil.rmtree(tmp_path / "state/govcloud")
    here.run("store", "restore", str(file))


def test_a_state_that_is_empty_is_named_with_what_to_do(workshop: Workshop, built: Built, tmp_path: Path) -> None:
    """And what it says to do is so: moved away, a backup takes its place."""
    shutil.copytree(built.kept, tmp_path / "state")
    here, file = machine(workshop, tmp_path / "state"), tmp_path / "records.tar"
    here.run("store", "backup", str(file))
    stack = _stack(tmp_path / "state/govcloud", "iaas")
    stack.write_bytes(b"")
    told = here.run("plan", "departments", code=1).out
    assert f"the state of {stack.stem} cannot be read" in told
    assert "stdout:" not in told
    assert "govcloud store check" in told
    assert "store restore FILE" in here.run("store", "check", code=1).out.replace("\n", " ")
    assert "move it away first" in here.run("store", "restore", str(file), code=1).err
    (tmp_path / "state/govcloud").rename(tmp_path / "state/govcloud.old")
    here.run("store", "restore", str(file))
    here.run("store", "check")
