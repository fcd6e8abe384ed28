"""An apply that was killed does not stand in the way of a backup, and is finished where that is restored."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cloud.records.machines import machine, move
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture

REFUSED = 5
# what an apply says when it has given nothing yet, has made the department's domain, has made no network yet
BEGUN = ("plan", "department", "iaas/anti-affinity")


def _killed(
    shop: Workshop, path: str, seen: str, *permitted: str, meanwhile: Callable[[int], None] = lambda _: None
) -> None:
    """Apply a request and kill that, and its engines with it, when it says this on stderr."""
    command = [sys.executable, "-m", "govcloud", "apply", path, "--yes", *permitted]
    with subprocess.Popen(
        command, cwd=shop.root, env=shop.environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as apply:
        assert apply.stderr is not None
        assert any(seen in line for line in apply.stderr), "it never came so far"
        # it is held there, however long the other takes to ask
        apply.send_signal(signal.SIGSTOP)
        meanwhile(apply.pid)
        apply.send_signal(signal.SIGKILL)


def _permitted(plan: Any) -> list[str]:
    """What is typed for what a plan would lose."""
    losing = [word for label in plan["losses"] for word in ("--allow-data-loss", label)]
    return [*losing, "--allow-delete", str(plan["deletions"])]


def test_a_killed_apply_is_backed_up_and_finished_elsewhere(workshop: Workshop, tmp_path: Path) -> None:
    path, file = workshop.write("killed.test", smallest()), tmp_path / "records.tar"

    def refused(pid: int) -> None:
        assert f"process {pid}" in workshop.run("store", "backup", str(file), code=10).err

    _killed(workshop, path, "iaas/server", meanwhile=refused)
    tenancy = workshop.tenancy(path)
    kept = workshop.run("store", "backup", str(file), "-o", "json").data
    assert f"{tenancy} (apply)" in kept["unfinished"]
    assert f"{tenancy} (apply)" in workshop.run("store", "check", str(file)).out.replace("\n", " ")
    there = machine(workshop, tmp_path / "there")
    assert there.run("store", "restore", str(file), "-o", "json").data == kept
    move(workshop, there)
    found = workshop.run("history", tenancy, "-o", "json").data
    assert [(run["kind"], run["outcome"]) for run in found] == [("apply", "lost")]
    # what it left may be in use by now, for all that a copy of the records knows: it has to be named
    _killed(workshop, path, "iaas/network", *_permitted(_named(workshop, path)))
    # and so has what was left here since, until something is done here: nobody can tell who made it
    planned = _named(workshop, path)
    assert planned["remains"], "the network at least"
    workshop.run("apply", path, "--yes", code=REFUSED)
    workshop.run("apply", path, "--yes", *_permitted(planned))
    workshop.run("plan", path, "--detailed-exitcode")
    assert workshop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True
    workshop.run("store", "check")


def _named(shop: Workshop, path: str) -> Any:
    """The plan, in which all that would be cleared has to be named."""
    planned = shop.run("plan", path, "-o", "json").data
    assert planned["losses"] == planned["remains"]
    return planned


def test_what_was_built_after_the_backup_stays_whoever_restores_it(workshop: Workshop, tmp_path: Path) -> None:
    """The same command was run again here at once, and all of it stands; the backup knows of a run that was lost."""
    request, file = smallest("轮渡候船系统"), tmp_path / "records.tar"
    path = workshop.write("continued.test", request)
    workshop.run("apply", path, "--yes")
    request["iaas"]["servers"]["app"] = {**request["iaas"]["servers"]["web"], "count": 2, "volumes": {"files": "1GiB"}}
    workshop.write("continued.test", request)
    _killed(workshop, path, "iaas/port")
    workshop.run("store", "backup", str(file))
    workshop.run("apply", path, "--yes")
    tenancy, built = workshop.tenancy(path), _built(workshop, path)
    assert len(built) == 1 + 2 + 2, "machines and volumes"
    there = machine(workshop, tmp_path / "there")
    there.run("store", "restore", str(file))
    _refused(there, path)
    assert "apply nothing here" in there.run("drift", tenancy).out
    # the records that know all are the ones to go on with
    workshop.run("plan", path, "--detailed-exitcode")
    assert _built(workshop, path) == built, "nothing of it went, nothing was added, and all of it is in use"


def test_a_tenancy_is_not_built_a_second_time_by_older_records(workshop: Workshop, tmp_path: Path) -> None:
    """Which know nothing of it, or only how it was begun: its network, say, is not in them."""
    request, files = smallest("轮渡调度系统"), [tmp_path / f"{name}.tar" for name in ("before", "domain", "begun")]
    request["iaas"]["servers"]["web"] |= {"count": 2, "volumes": {"files": "1GiB"}}
    path = workshop.write("older.test", request)
    for file, seen in zip(files, BEGUN, strict=True):
        _killed(workshop, path, seen)
        workshop.run("store", "backup", str(file))
    workshop.run("apply", path, "--yes")
    built = _built(workshop, path)
    assert len(built) == 2 + 2, "machines and volumes"
    for file in files:
        there = machine(workshop, tmp_path / file.stem)
        there.run("store", "restore", str(file))
        _refused(there, path)
    assert "apply nothing here" in there.run("drift", path).out
    workshop.run("plan", path, "--detailed-exitcode")
    assert _built(workshop, path) == built


def _refused(there: Workshop, path: str) -> None:
    """Where older records were restored, neither plan nor apply is admitted, and it is said where to go on."""
    refused = there.run("plan", path, "-o", "json", code=REFUSED).data
    assert not [one for one in refused["remains"] if one.split()[0] in ("server", "volume", "project")]
    for command in (("plan", path), ("apply", path, "--yes")):
        told = there.run(*command, code=REFUSED)
        assert "go on where they came from" in (told.out + told.err).replace("\n", " ")


def _built(shop: Workshop, path: str) -> dict[str, str]:
    """The machines and volumes of a tenancy by id, with their status."""
    cloud, project = shop.cloud, shop.project(shop.tenancy(path))
    servers = cloud.compute.servers(details=True, all_projects=True, project_id=project)
    volumes = cloud.block_storage.volumes(details=True, all_projects=True, project_id=project)
    return {one.id: one.status for one in (*servers, *volumes)}
