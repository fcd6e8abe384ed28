"""`isolate` on the pipeline: cut at once, also under an apply, kept by the next one, and back as it was."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from govcloud.store.leases import interrupted
from govcloud.store.store import Store
from tests.cloud.chaos.catalogue import detour
from tests.cloud.chaos.faults import FAULTS, striking
from tests.cloud.chaos.proxy import Recorded, Trap
from tests.cloud.conftest import Cloud, Devcloud, until
from tests.cloud.isolation.conftest import Neighbour
from tests.cloud.isolation.verdicts import Street, street, told
from tests.cloud.isolation.wiring import Probe


@dataclass
class _Outage(Trap):
    """Neutron refuses the first times that ports are looked at, and the first times that one is to be turned."""

    left: dict[str, int] = field(default_factory=lambda: {"GET": 2, "PUT": 3})

    def springs(self, request: Recorded) -> bool:
        if request.service != "neutron" or "/v2.0/ports" not in request.path or not self.left.get(request.method):
            return False
        self.left[request.method] -= 1
        return True


@pytest.fixture
def town(devcloud: Devcloud, neighbours: tuple[Neighbour, ...]) -> Iterator[Street]:
    """Two tenancies whose traffic flows, before and after."""
    yield _flowing(street(devcloud, *neighbours))
    _flowing(street(devcloud, *neighbours))


def _flowing(town: Street) -> Street:
    assert told(town.passing()) == told(town.expected())
    return town


def _open(town: Street, neighbour: Neighbour) -> list[str]:
    """Everything that passes from, to or within a tenancy, from outside as well."""
    passing = [str(one) for one in town.passing() if neighbour.tenancy in (one.source.tenancy, one.target.tenancy)]
    with town.now() as flows:
        for machine in (one for one in town.machines if one.tenancy == neighbour.tenancy):
            bastion = machine.arrive(machine.gateway.next_hop, Probe("tcp", 443), machine.public)
            if machine.port in flows.follow(bastion).ports:
                passing.append(f"outside → {machine}")
    return passing


def _states(neighbour: Neighbour) -> dict[str, bool]:
    network = neighbour.shop.cloud.network
    ports = [port for port in network.ports(project_id=neighbour.project) if "network:" not in port.device_owner]
    return {port.name.removeprefix(f"{neighbour.tenancy}-"): port.is_admin_state_up for port in ports}


def test_all_traffic_is_cut_and_the_neighbour_notices_nothing(town: Street, neighbours: tuple[Neighbour, ...]) -> None:
    one, other = neighbours
    assert f"outside → {one.tenancy}/front-1" in _open(town, one)
    said = one.shop.run("isolate", one.path, "--reason", "疑似失陷", "--yes").out
    assert re.search(
        r"is isolated: 4 ports are down; by Neutron's answers nothing was up any more after [\d.]+ s", said
    ), said
    assert _open(town, one) == []
    passing = told(town.passing())
    assert passing == told(wanted for wanted in town.expected() if wanted.source.tenancy == other.tenancy)
    assert one.shop.run("drift", one.path, "-o", "json", "--detailed-exitcode").data["clean"] is True
    assert "4 ports are up again" in one.shop.run("release", one.path).out


@pytest.mark.long
@pytest.mark.parametrize("there", [False, True])
def test_who_sees_nothing_of_it_cuts_and_releases_nothing(
    operator: Cloud, neighbours: tuple[Neighbour, ...], there: bool
) -> None:
    """A slip in a file must not pass for an isolation; nor may an isolation be lifted where its ports are not seen."""
    one, name = neighbours[0], f"empty-{secrets.token_hex(4)}"
    domain = operator.identity.create_domain(name=name, is_enabled=False) if there else None
    for command, before in ((("isolate", "--yes"), "active"), (("release",), "isolated")):
        ports = _states(one)
        one.shop.edit("sites/main.yaml", operator_domain=name)
        refused = one.shop.run(*command, one.path, "--reason", "疑似失陷", code=None)
        one.shop.edit("sites/main.yaml", operator_domain=one.shop.domain)
        assert refused.code in {1, 4}
        assert (f"the domain {name} of devcloud is another" if there else f"has no domain {name}") in refused.err
        assert one.shop.run("show", one.path, "-o", "json").data["state"] == before
        assert _states(one) == ports
        one.shop.run(*command, one.path, "--reason", "疑似失陷")
    if domain is not None:
        operator.identity.delete_domain(domain)


def test_an_apply_keeps_it_cut_and_a_release_restores_exactly(town: Street, neighbours: tuple[Neighbour, ...]) -> None:
    """What was down before for a reason of its own stays down; to isolate or release twice changes nothing."""
    one = neighbours[0]
    down = next(machine for machine in town.machines if (machine.tenancy, machine.name) == (one.tenancy, "app-2"))
    one.shop.cloud.network.update_port(down.port, admin_state_up=False)
    before = _states(one)
    assert before == {"front-1": True, "app-1": True, "app-2": False, "db-1": True}
    one.shop.run("isolate", one.path, "--reason", "疑似失陷", "--yes")
    assert "4 ports are down" in one.shop.run("isolate", one.path, "--reason", "再确认", "--yes").out
    assert "is isolated: all its ports stay down" in one.shop.run("apply", one.path, "--yes").out
    assert _open(town, one) == []
    assert "3 ports are up again" in one.shop.run("release", one.path).out
    assert "was neither held nor isolated" in one.shop.run("release", one.path).out
    assert _states(one) == before
    one.shop.cloud.network.update_port(down.port, admin_state_up=True)


@pytest.mark.long
def test_a_cloud_that_refuses_for_a_while(
    devcloud: Devcloud, operator: Cloud, tmp_path: Path, neighbours: tuple[Neighbour, ...], town: Street
) -> None:
    """Neutron is down when it begins, and again in the middle: it is asked until it answers."""
    one = neighbours[0]
    with detour(devcloud, operator, tmp_path) as way:
        environment = {**one.shop.environment, "OS_CLIENT_CONFIG_FILE": str(way.clouds)}
        way.proxy._trap = outage = _Outage(FAULTS["503"], 0)
        done = replace(one.shop, environment=environment).run("isolate", one.path, "--reason", "疑似失陷", "--yes")
    assert "is isolated: 4 ports are down" in done.out
    assert re.search(r"^· isolate .*503.*; asked again for another \d+ s$", done.err, re.M), done.err
    assert outage.left == {"GET": 0, "PUT": 0}
    assert _open(town, one) == []
    assert "4 ports are up again" in one.shop.run("release", one.path).out


class _Halfway(Trap):
    """Nobody answers the second port that is to be turned, nor any after it."""

    def springs(self, request: Recorded) -> bool:
        if request.service != "neutron" or request.method != "PUT":
            return False
        self.seen += 1
        if self.seen > 1:
            self.struck.set()
        return self.seen > 1


@pytest.mark.long
@pytest.mark.parametrize(("command", "before"), [(("isolate", "--yes"), True), (("release",), False)])
def test_who_is_killed_halfway_leaves_no_isolation_that_looks_whole(
    devcloud: Devcloud, operator: Cloud, tmp_path: Path, neighbours: tuple[Neighbour, ...], command: tuple[str, ...],
    before: bool,
) -> None:  # fmt: skip
    """The mark is set first and goes last: it alone would say isolated while traffic flows."""
    one, words = neighbours[0], (*command[:1], neighbours[0].path, "--reason", "疑似失陷", *command[1:])
    if not before:
        one.shop.run("isolate", one.path, "--reason", "疑似失陷", "--yes")
    assert set(_states(one).values()) == {before}
    with detour(devcloud, operator, tmp_path) as way:
        environment = {**one.shop.environment, "OS_CLIENT_CONFIG_FILE": str(way.clouds)}
        way.proxy._trap = trap = _Halfway(FAULTS["hang"], 0)
        killed = subprocess.Popen([sys.executable, "-m", "govcloud", *words], cwd=one.shop.root, env=environment)
        assert trap.struck.wait(120)
        told = one.shop.run("list", "--for", "operator").out
        assert "ed (run r-" in told, "it is under way"
        assert _is_whole(one) is False
        killed.kill()
        killed.wait()
    assert set(_states(one).values()) == {True, False}
    for looking in ("list", "show"):
        said = one.shop.run(looking, *([] if looking == "list" else [one.path])).out
        assert "isolated (not complete)" in said
        assert f"govcloud {command[0]} {one.tenancy} " in said
    assert f"{one.tenancy} ({command[0]})" in one.shop.run("store", "check", code=1).out
    assert f"govcloud {command[0]} {one.tenancy} " in one.shop.run("plan", one.path, code=None).out
    one.shop.run(*words)
    assert _is_whole(one) is True
    assert set(_states(one).values()) == {not before}
    one.shop.run("store", "check")
    one.shop.run("release", one.path)
    assert set(_states(one).values()) == {True}


@pytest.mark.long
@pytest.mark.parametrize(
    ("command", "half"), [(("isolate", "--yes"), "isolation"), (("release",), "end of the isolation")]
)
def test_ctrl_c_halfway_says_so_at_once(
    devcloud: Devcloud, operator: Cloud, tmp_path: Path, neighbours: tuple[Neighbour, ...], command: tuple[str, ...],
    half: str,
) -> None:  # fmt: skip
    """However often it is pressed: who goes away then must not take it for done."""
    one, words = neighbours[0], (*command[:1], neighbours[0].path, "--reason", "疑似失陷", *command[1:])
    if command[0] == "release":
        one.shop.run("isolate", one.path, "--reason", "疑似失陷", "--yes")
    with detour(devcloud, operator, tmp_path) as way:
        environment = {**one.shop.environment, "OS_CLIENT_CONFIG_FILE": str(way.clouds)}
        way.proxy._trap = _Halfway(striking(lambda: stopped.send_signal(signal.SIGINT)), 0)
        stopped = subprocess.Popen(
            [sys.executable, "-m", "govcloud", *words],
            cwd=one.shop.root,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        said = stopped.communicate(timeout=120)[1]
    assert stopped.returncode == 130, said
    assert f"the {half} of {one.tenancy} is not complete (run r-" in said
    assert f"govcloud {command[0]} {one.tenancy} " in said
    assert "Traceback" not in said
    assert _is_whole(one) is False
    one.shop.run(*words)
    assert _is_whole(one) is True
    one.shop.run("release", one.path)
    assert set(_states(one).values()) == {True}


def _is_whole(neighbour: Neighbour) -> bool:
    return bool(neighbour.shop.run("show", neighbour.path, "-o", "json").data["complete"])


@pytest.mark.long
def test_a_killed_applys_engine_is_ended(town: Street, neighbours: tuple[Neighbour, ...]) -> None:
    """It may go on for minutes, and knows of no isolation."""
    one = neighbours[0]
    with _more(one, "app", 3) as running:
        engines = _descendants(running.pid)
        # a quick one would end by itself once nobody tells it any more what to build
        _signal(engines, signal.SIGSTOP)
        running.send_signal(signal.SIGKILL)
    assert any(map(_lives, engines))
    one.shop.run("isolate", one.path, "--reason", "疑似失陷", "--yes")
    assert not any(map(_lives, engines))
    assert not any(_states(one).values())
    assert _open(town, one) == []
    one.shop.run("release", one.path)


def test_an_apply_at_work_is_interrupted_and_what_it_made_is_cut(
    devcloud: Devcloud, neighbours: tuple[Neighbour, ...]
) -> None:
    one = neighbours[0]
    store = Store(f"sqlite:///{one.shop.records}")
    with _more(one, "db", 2) as running, ThreadPoolExecutor(1) as pool:
        held = [running.pid, *_descendants(running.pid)]
        try:
            _signal(held, signal.SIGSTOP)  # so that it has most of its work before it when it is told to stop
            looked = one.shop.run("drift", one.path)
            cutting = pool.submit(one.shop.run, "isolate", one.path, "--reason", "疑似失陷", "--yes", code=None)
            until(lambda: interrupted(store, one.tenancy) is not None)
        finally:
            _signal(held, signal.SIGCONT)
        said = cutting.result()
        _, rest = running.communicate(timeout=300)
    assert running.returncode == 130, rest
    assert f"govcloud-operator is at work on the tenancy (apply, process {running.pid} on" in looked.out
    assert "take it away" not in looked.out, "what it has just made is nobody else's"
    assert f"govcloud-operator interrupted what was being done with {one.tenancy} (isolate)" in rest
    if said.code == 10:  # a machine too slow for all this in a minute: once it is over we do what we are told to
        assert "is still at work" in said.err
        one.shop.run("isolate", one.path, "--reason", "疑似失陷", "--yes")
    else:
        assert "the apply of govcloud-operator was interrupted" in said.out
    assert not any(_states(one).values())
    rows = one.shop.run("history", one.path, "-o", "json").data
    assert (rows[0]["kind"], rows[0]["outcome"]) == ("isolate", "done")
    assert next(row["outcome"] for row in rows if row["kind"] == "apply") == "interrupted"
    # the next apply finishes the job, and what it makes is born cut off
    one.shop.run("apply", one.path, "--yes")
    sizes = {name: server.get("count", 1) for name, server in one.request["iaas"]["servers"].items()}
    machines = {f"{name}-{number + 1}" for name, count in sizes.items() for number in range(count)}
    assert "db-2" in machines
    assert _states(one) == dict.fromkeys(machines, False)
    assert _open(street(devcloud, *neighbours), one) == []
    one.shop.run("release", one.path)
    assert _states(one) == dict.fromkeys(machines, True)
    assert one.shop.run("plan", one.path, "-o", "json").data["changes"] is False
    _flowing(street(devcloud, *neighbours))


def _more(neighbour: Neighbour, server: str, count: int) -> subprocess.Popen[str]:
    """An apply of more machines that has begun to make ports for them."""
    iaas = neighbour.request["iaas"]
    iaas["servers"][server]["count"] = count
    neighbour.shop.edit(neighbour.path, iaas=iaas)
    pipe, command = subprocess.PIPE, [sys.executable, "-m", "govcloud", "apply", neighbour.path, "--yes"]
    running = subprocess.Popen(
        command, cwd=neighbour.shop.root, env=neighbour.shop.environment, stdout=pipe, stderr=pipe, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert running.stderr is not None
    while f"iaas/port {server}-" not in running.stderr.readline():
        assert running.poll() is None
    return running


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parents.setdefault(int(_status(process)[1]), []).append(int(process.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found[1:]


def _signal(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _lives(pid: int) -> bool:
    try:
        return _status(Path(f"/proc/{pid}"))[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _status(process: Path) -> list[str]:
    """What the kernel says of a process after its name: its state, its parent, ..."""
    return (process / "stat").read_text("ascii", errors="replace").rpartition(") ")[2].split()
