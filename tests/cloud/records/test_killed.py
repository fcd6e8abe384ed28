"""An apply that was killed does not stand in the way of a backup, and is finished where that is restored."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cloud.records.machines import machine, move
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture

pytestmark = pytest.mark.long
REFUSED = 5
# what an apply says when it has given nothing yet, has made the domain, has made no network yet, and has added a port;
# and the server that it is to build then
BEGUN: Final[Sequence[tuple[str, str, Mapping[str, object]]]] = (
    ("plan", "web", {}),
    ("department", "web", {}),
    ("iaas/anti-affinity", "web", {"count": 2}),
    ("iaas/port", "app", {"count": 1, "volumes": {"files": "1GiB"}}),
)


def _killed(shop: Workshop, path: str, seen: str, meanwhile: Callable[[int], None] = lambda _: None) -> None:
    """Apply a request and kill that, and its engines with it, when it says this on stderr."""
    command = [sys.executable, "-m", "govcloud", "apply", path, "--yes"]
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

    _killed(workshop, path, "iaas/server", refused)
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
    planned = workshop.run("plan", path, "-o", "json").data
    assert planned["losses"] == planned["remains"]
    workshop.run("apply", path, "--yes", *_permitted(planned))
    workshop.run("plan", path, "--detailed-exitcode")
    assert workshop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True
    workshop.run("store", "check")


def test_by_older_records_nothing_is_built_a_second_time_and_nothing_goes(workshop: Workshop, tmp_path: Path) -> None:
    """Where they came from the same command was run again, and all of it stands. They know nothing of it, or only how
    it was begun: the network, say, is not in them, or the machines that a later change added.
    """
    request, files = smallest("轮渡候船系统"), [tmp_path / f"{number}.tar" for number in range(len(BEGUN))]
    path, servers = workshop.write("older.test", request), request["iaas"]["servers"]
    for file, (seen, name, server) in zip(files, BEGUN, strict=True):
        servers[name] = {**servers["web"], **server}
        workshop.write("older.test", request)
        _killed(workshop, path, seen)
        workshop.run("store", "backup", str(file))
        if server:
            workshop.run("apply", path, "--yes")
    built = _built(workshop, path)
    assert len(built) == 2 + 1 + 1, "machines and volumes"
    for file in files:
        there = machine(workshop, tmp_path / file.stem)
        there.run("store", "restore", str(file))
        refused = there.run("plan", path, "-o", "json", code=REFUSED).data
        assert not [one for one in refused["remains"] if one.split()[0] in ("server", "volume", "project")]
        for command in (("plan", path), ("apply", path, "--yes")):
            told = there.run(*command, code=REFUSED)
            assert "go on where they came from" in (told.out + told.err).replace("\n", " ")
    assert "apply nothing here" in there.run("drift", path).out.replace("\n", " ")
    # the records that know all are the ones to go on with
    workshop.run("plan", path, "--detailed-exitcode")
    assert _built(workshop, path) == built, "nothing of it went, nothing was added, and all of it is in use"


def _built(shop: Workshop, path: str) -> dict[str, str]:
    """The machines and volumes of a tenancy by id, with their status."""
    cloud, project = shop.cloud, shop.project(shop.tenancy(path))
    servers = cloud.compute.servers(details=True, all_projects=True, project_id=project)
    volumes = cloud.block_storage.volumes(details=True, all_projects=True, project_id=project)
    return {one.id: one.status for one in (*servers, *volumes)}
