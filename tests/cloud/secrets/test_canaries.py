"""No secret leaves its slot: not into state, plans, records, reports, logs, events, processes or environments.

Every command runs once among canaries, with store and state in PostgreSQL; what is meant to hold a secret is named
below with the reason, and holds just that one. (State and store in files: tests/cloud/test_read_only.py.)
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from typing import Final

import pytest

from tests.cloud.conftest import Cloud, Devcloud
from tests.cloud.samples import smallest
from tests.cloud.secrets.canary import Contents, files, found
from tests.cloud.secrets.person import KEYHOLDER
from tests.cloud.secrets.scene import Scene, programs_in, scene
from tests.postgresql import Server

FORMATS: Final = ("table", "json", "yaml", "markdown", "html", "sarif", "junit")


@pytest.fixture(scope="module")
def lived(
    devcloud: Devcloud, operator: Cloud, postgresql: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """A tenancy's whole life but its end: planned, failed, applied, shown, changed by somebody, backed up, crashed."""
    with scene(devcloud, operator, postgresql, tmp_path_factory.mktemp("canaries")) as here:
        path = here.shop.write("canary.test", smallest(people={"technical": KEYHOLDER}))
        here.run("plan", path, "--save", str(here.folder / "plan.json"))
        _fail(here, path)
        here.run("apply", path, "--yes", "--events")
        _look(here, path)
        _differ(here, path)
        _refuse(here, path)
        _lead_by_environment(here, path)
        _crash(here, path)
        here.run("store", "check")
        here.run("store", "backup", str(here.folder / "records.tar"))
        yield here


def _fail(here: Scene, path: str) -> None:
    """An apply that a service refuses, after the engine began."""
    with here.shop.squatted():
        failed = here.run("apply", path, "--yes", "--events", code=4)
    assert "409" in failed.err + failed.out


def _look(here: Scene, path: str) -> None:
    for form in FORMATS:
        here.run("plan", path, "-o", form)
        # what judges nothing offers no report
        here.run("show", path, "-o", form, code=2 if form in ("sarif", "junit") else 0)
    here.run("show", path, "-o", "handover")
    here.run("history", path, "-o", "json")
    here.run("config", "show", "--origin", "-o", "json")
    here.run("doctor", "--site", "main", code=None)


def _differ(here: Scene, path: str) -> None:
    """Somebody changed the machine: the engine previews a corrected copy of the state, which it must decrypt."""
    cloud, project = here.shop.cloud, here.shop.project(here.shop.tenancy(path))
    server = next(iter(cloud.compute.servers(details=True, all_projects=True, project_id=project)))
    cloud.compute.set_server_metadata(server, environment="somebody's")
    assert here.run("drift", path, "-o", "json", "--events").err
    here.run("plan", path, "-o", "json")


def _refuse(here: Scene, path: str) -> None:
    """What is said where a secret is wrong, or is none that we can use."""
    here.run("plan", path, "--os-cloud", "refused", code=3)
    here.run("plan", path, "--os-cloud", "credential", code=3)


def _lead_by_environment(here: Scene, path: str) -> None:
    """Addresses and passwords from the environment, and programs on PATH that must be asked for their version."""
    state, refused = here.state, here.canaries["refused-store-password"]
    given = {
        "GOVCLOUD_STATE": f"postgres://{state.user}@127.0.0.1:{state.port}/{here.database}?sslmode=disable",
        "PGPASSWORD": state.password,
        "PATH": f"{programs_in(here.folder / 'programs')}{os.pathsep}{here.shop.environment['PATH']}",
        "XDG_CACHE_HOME": str(here.folder / "cache"),
    }
    here.run("plan", path, environment=given)
    wrong = Server(here.store.port, refused.value).address(here.database)
    here.run("list", "--for", "operator", code=1, environment={"GOVCLOUD_STORE": wrong})
    here.run("plan", path, code=1, environment={"GOVCLOUD_STATE": wrong.replace("postgresql", "postgres")})


def _crash(here: Scene, path: str) -> None:
    """Something nobody expected, while a run's credentials are at hand: its folder cannot be made."""
    runs = here.state_home / "govcloud" / "runs"
    runs.rmdir()
    runs.touch()
    assert "crash" in here.run("plan", path, code=1).err
    runs.unlink()


def _where(scene: Scene, contents: Contents) -> dict[str, set[str]]:
    """Where canaries and tokens stand, without the shape."""
    told = found([*scene.canaries.values(), *scene.tokens], contents)
    return {slot: {place.rpartition(" (")[0] for place in places} for slot, places in told.items()}


def test_nothing_that_was_said_holds_a_secret(lived: Scene) -> None:
    """Reports in every format, events, errors."""
    assert len(lived.told) > len(FORMATS)
    assert _where(lived, lived.told) == {}


def test_no_plan_holds_one(lived: Scene) -> None:
    assert (lived.folder / "plan.json").stat().st_size > 1000
    assert _where(lived, files(lived.folder / "plan.json")) == {}


def test_files_of_the_machine_hold_only_the_passphrase(lived: Scene) -> None:
    """It is where an engine looks for it, which is not among the records. There is a log of a crash to look into."""
    assert list((lived.state_home / "govcloud" / "crash").glob("*.log"))
    kept = str(lived.state_home / "govcloud" / "engine" / "passphrase")
    assert _where(lived, files(lived.state_home)) == {"passphrase": {kept}}


def test_the_database_holds_only_what_machines_were_born_with(lived: Scene) -> None:
    """In the store's own table of texts, by design; in the engine's state it is encrypted."""
    tables = {place for place, _ in lived.rows()}
    assert {"table texts", "table runs", "table pulumi_state"} <= tables
    assert _where(lived, lived.rows()) == {"user-data": {"table texts"}}


def test_a_backup_holds_the_passphrase_and_what_the_store_holds(lived: Scene) -> None:
    with tarfile.open(lived.folder / "records.tar") as tar:
        parts = [(entry.name, tar.extractfile(entry).read()) for entry in tar]  # type: ignore[union-attr] # all are files
    assert any(name.startswith("state/") for name, _ in parts)
    assert _where(lived, parts) == {"passphrase": {"engine/passphrase"}, "user-data": {"store/texts.json"}}
    assert _where(lived, files(lived.folder / "records.tar")).keys() == {"passphrase", "user-data"}


def test_no_passing_file_holds_one(lived: Scene) -> None:
    """What engines and we write for a moment lies in the run's folder, not among everybody's temporary files."""
    assert _where(lived, lived.seen.files) == {}
    assert [file for file in (lived.folder / "tmp").rglob("*") if file.is_file()] == []


def test_no_process_shows_one(lived: Scene) -> None:
    """Only our own command has in its environment what the person put there; no engine, no provider, nobody else."""
    assert {"pulumi", "pulumi-resource-openstack"} <= lived.seen.names()
    commands = [(str(one.pid), one.command) for one in lived.seen.processes]
    assert _where(lived, commands) == {}
    ours: list[tuple[str, bytes]] = []
    others: list[tuple[str, bytes]] = []
    for one in lived.seen.processes:
        listed = ours if b"\0-m\0govcloud\0" in one.command else others
        listed.append((repr(one.command), one.environment))
    assert any(b"--version" in command or b"version" in command for _, command in commands)
    assert _where(lived, others) == {}
    assert _where(lived, ours).keys() == {"state-password", "refused-store-password"}


def test_tokens_were_there_to_be_found(lived: Scene) -> None:
    """The positive control of the search: what the proxy saw of them is what we look for."""
    assert len(lived.tokens) > 10
    canary = lived.tokens[-1]
    assert _where(lived, [("somewhere", f"X-Auth-Token: {canary.value}".encode())]) == {canary.slot: {"somewhere"}}


def test_the_end_leaves_none_behind(lived: Scene) -> None:
    tenancy = lived.shop.tenancy("departments/dot/canary.test.yaml")
    lived.run("destroy", tenancy, "--yes", "--events")
    lived.run("history", tenancy, "-o", "json")
    assert _where(lived, lived.told) == {}
    assert _where(lived, lived.rows()) == {"user-data": {"table texts"}}
    kept = str(lived.state_home / "govcloud" / "engine" / "passphrase")
    assert _where(lived, files(lived.state_home)) == {"passphrase": {kept}}
