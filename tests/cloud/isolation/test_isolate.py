"""`isolate` on the pipeline: cut at once, also under an apply, kept by the next one, and back as it was."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cloud.conftest import Devcloud
from tests.cloud.isolation.conftest import Neighbour
from tests.cloud.isolation.verdicts import Street, street, told
from tests.cloud.isolation.wiring import Probe


@pytest.fixture
def town(devcloud: Devcloud, neighbours: tuple[Neighbour, Neighbour]) -> Iterator[Street]:
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


def test_all_traffic_is_cut_and_the_neighbour_notices_nothing(
    town: Street, neighbours: tuple[Neighbour, Neighbour]
) -> None:
    one, other = neighbours
    assert f"outside → {one.tenancy}/front-1" in _open(town, one)
    said = one.shop.run("isolate", one.path, "--reason", "疑似失陷", "--yes").out
    assert re.search(r"is isolated: 4 ports are down, and nothing was up any more after [\d.]+ s", said), said
    assert _open(town, one) == []
    passing = told(town.passing())
    assert passing == told(wanted for wanted in town.expected() if wanted.source.tenancy == other.tenancy)
    assert one.shop.run("drift", one.path, "-o", "json", "--detailed-exitcode").data["clean"] is True
    assert "4 ports are up again" in one.shop.run("release", one.path).out


def test_an_apply_keeps_it_cut_and_a_release_restores_exactly(
    town: Street, neighbours: tuple[Neighbour, Neighbour]
) -> None:
    """What was down before for a reason of its own stays down: it is drift, and an apply's to put right."""
    one = neighbours[0]
    down = next(machine for machine in town.machines if (machine.tenancy, machine.name) == (one.tenancy, "app-2"))
    one.shop.cloud.network.update_port(down.port, admin_state_up=False)
    before = _states(one)
    assert before == {"front-1": True, "app-1": True, "app-2": False, "db-1": True}
    one.shop.run("isolate", one.path, "--reason", "疑似失陷", "--yes")
    one.shop.run("isolate", one.path, "--reason", "再确认", "--yes")
    one.shop.run("apply", one.path, "--yes")
    assert _open(town, one) == []
    assert "3 ports are up again" in one.shop.run("release", one.path).out
    assert _states(one) == before
    drift = one.shop.run("drift", one.path, "-o", "json", "--detailed-exitcode", code=2).data
    assert [(each["what"], each["property"]) for each in drift["differences"]] == [("port app-2", "adminStateUp")]
    one.shop.run("apply", one.path, "--yes")
    assert _states(one) == dict.fromkeys(before, True)


def test_an_apply_at_work_is_interrupted_and_what_it_made_is_cut(
    devcloud: Devcloud, town: Street, neighbours: tuple[Neighbour, Neighbour]
) -> None:
    one = neighbours[0]
    iaas = one.request["iaas"]
    iaas["servers"]["app"]["count"] = 4
    one.shop.edit(one.path, iaas=iaas)
    running = _start(one, "apply", one.path, "--yes")
    assert running.stderr is not None
    while "iaas/port app-" not in running.stderr.readline():
        assert running.poll() is None
    said = one.shop.run("isolate", one.path, "--reason", "疑似失陷", "--yes").out
    _, rest = running.communicate(timeout=120)
    assert running.returncode == 130, rest
    assert f"govcloud-operator interrupted what was being done with {one.tenancy} (isolate)" in rest
    assert "the apply of govcloud-operator was interrupted" in said
    assert not any(_states(one).values())
    assert _open(town, one) == []
    rows = one.shop.run("history", one.path, "-o", "json").data
    assert [(row["kind"], row["outcome"]) for row in rows[:2]] == [("isolate", "done"), ("apply", "interrupted")]
    # the next apply finishes the job, and what it makes is born cut off
    one.shop.run("apply", one.path, "--yes")
    assert _states(one) == dict.fromkeys(("front-1", "app-1", "app-2", "app-3", "app-4", "db-1"), False)
    assert _open(street(devcloud, *neighbours), one) == []
    one.shop.run("release", one.path)
    assert all(_states(one).values())
    assert one.shop.run("plan", one.path, "-o", "json").data["changes"] is False


def test_a_killed_applys_engine_is_ended(town: Street, neighbours: tuple[Neighbour, Neighbour]) -> None:
    one = neighbours[0]
    iaas = one.request["iaas"]
    iaas["servers"]["db"]["count"] = 2
    one.shop.edit(one.path, iaas=iaas)
    running = _start(one, "apply", one.path, "--yes")
    assert running.stderr is not None
    while "iaas/" not in running.stderr.readline():
        assert running.poll() is None
    running.send_signal(signal.SIGKILL)
    running.communicate()
    one.shop.run("isolate", one.path, "--reason", "疑似失陷", "--yes")
    assert _open(town, one) == []
    assert not any(_states(one).values())
    one.shop.run("apply", one.path, "--yes")
    assert _states(one).keys() >= {"db-1", "db-2"}
    assert not any(_states(one).values())
    one.shop.run("release", one.path)


def _start(neighbour: Neighbour, *arguments: str) -> subprocess.Popen[str]:
    shop = neighbour.shop
    command = [sys.executable, "-m", "govcloud", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=shop.root, env=shop.environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )
