"""Who holds a tenancy: one at a time, however many ask at once, and the dead give way."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from govcloud.errors import Locked
from govcloud.store import leases as room
from govcloud.store.leases import held, interrupting, lease, release
from govcloud.store.presence import presence
from govcloud.store.runs import Run, begin, history, lose
from govcloud.store.store import Store, now
from govcloud.store.tables import leases

NAME = "t-aaaaaa"
# says what it got, and holds it until it is told to go
HOLDER = """
import sys
from govcloud.errors import Interrupted, Locked
from govcloud.store.leases import lease
from govcloud.store.store import Store
store = Store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
try:
    with lease(store, sys.argv[2], sys.argv[3], actor="somebody", command="apply") as dead:
        print("got", dead.run if dead else "-", flush=True)
        sys.stdin.readline()
except Locked as error:
    print("locked", error.code, flush=True)
except Interrupted as error:
    print("interrupted by {actor} ({command})".format_map(error.params), flush=True)
"""


def _holder(url: str, run: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, url, NAME, run]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _race(url: str, count: int) -> tuple[list[str], list[subprocess.Popen[str]]]:
    """Start processes that all ask at the same moment; what each heard."""
    started = [_holder(url, f"r-{number}") for number in range(count)]
    assert [_hear(one) for one in started] == ["ready"] * count
    for one in started:
        _tell(one)
    return [_hear(one) for one in started], started


def _finish(started: list[subprocess.Popen[str]]) -> None:
    for one in started:
        one.communicate("\n", timeout=60)


def _write(store: Store, **values: Any) -> None:
    """A lease as somebody else wrote it."""
    row = {
        "name": NAME, "run": "r-theirs", "actor": "chenlan", "command": "apply", "host": "other", "pid": 1,
        "born": "other/0 boot 1 1", "since": func.now(), "renewed": func.now(),
    }  # fmt: skip
    with store.engine.begin() as connection:
        connection.execute(insert(leases).values({**row, **values}))


def test_of_many_who_ask_at_once_one_gets_it(url: str) -> None:
    # none of them finds the tables made: that is a race too
    heard, started = _race(url, 6)
    _finish(started)
    assert sorted(word.split()[0] for word in heard) == ["got"] + ["locked"] * 5, heard
    assert "got -" in heard
    assert held(Store(url), NAME) is None


def test_of_many_who_find_a_dead_one_one_takes_over(url: str) -> None:
    killed = _holder(url, "r-dead")
    _tell(killed)
    assert (_hear(killed), _hear(killed)) == ("ready", "got -")
    killed.kill()
    killed.communicate()
    heard, started = _race(url, 6)
    try:
        assert heard.count("got r-dead") == 1, heard
        assert sum(word.startswith("locked") for word in heard) == 5, heard
        holder = held(Store(url), NAME)
        assert holder is not None
        assert holder.run == f"r-{heard.index('got r-dead')}"
    finally:
        _finish(started)


def test_a_living_holder_is_named(url: str) -> None:
    store = Store(url)
    with (
        lease(store, NAME, "r-1", actor="chenlan", command="apply"),
        pytest.raises(Locked) as refused,
        lease(Store(url), NAME, "r-2", actor="zhouming", command="destroy"),
    ):
        pass
    assert refused.value.params["actor"] == "chenlan"
    assert refused.value.params["pid"] == os.getpid()
    with lease(store, NAME, "r-3", actor="zhouming", command="destroy") as dead:
        assert dead is None


def test_another_machine_of_the_same_name_is_judged_by_its_silence(url: str) -> None:
    store = Store(url)
    machine, boot, namespace, start = presence().split(" ")
    there = f"{machine}-clone {boot} {namespace} {start}"
    _write(store, born=there, pid=os.getpid())
    found = held(store, NAME)
    assert found is not None
    assert found.alive
    refused = room.locked(NAME, found)
    assert (refused.code, refused.params["minutes"]) == ("store.leased-elsewhere", 15), "when it may be taken over"
    with store.engine.begin() as connection:
        long_ago = dt.datetime.now(dt.UTC) - room.SILENCE - dt.timedelta(minutes=1)
        connection.execute(update(leases).values(renewed=long_ago))
    found = held(store, NAME)
    assert found is not None
    assert not found.alive


@pytest.mark.parametrize(
    ("changed", "alive"), [({}, True), ({"boot": "b"}, False), ({"start": "1"}, False), ({"namespace": "1"}, True)]
)
def test_what_the_kernel_says(url: str, changed: dict[str, str], alive: bool) -> None:
    store = Store(url)
    machine, boot, namespace, start = presence().split(" ")
    then = {"machine": machine, "boot": boot, "namespace": namespace, "start": start, **changed}
    _write(store, born=" ".join(then.values()), pid=os.getpid())
    found = held(store, NAME)
    assert found is not None
    assert found.alive is alive


def test_one_that_is_heard_of_again_keeps_its_lease(url: str) -> None:
    store = Store(url)
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    _write(store, renewed=long_ago)
    silent = held(store, NAME)
    assert silent is not None
    with store.engine.begin() as connection:
        connection.execute(update(leases).values(renewed=func.now()))
    release(store, silent)
    assert held(store, NAME) is not None
    with store.engine.begin() as connection:
        connection.execute(update(leases).values(renewed=long_ago))
    release(store, silent)
    assert held(store, NAME) is None


@pytest.mark.parametrize("name", [NAME, "department/d-aaaaaa"])
def test_when_the_dead_one_died_is_known_whoever_took_its_lease_in_between(url: str, name: str) -> None:
    """Who took it may have been refused before it saw to the dead one's run; the next would find no lease."""
    store, died = Store(url), now() - dt.timedelta(hours=2)
    begin(store, Run("r-theirs", NAME, "apply", "chenlan"))
    _write(store, name=name, renewed=died)
    with pytest.raises(ValueError, match="refused"), lease(store, name, "r-2", actor="lihua", command="apply"):
        raise ValueError("refused")
    (noted,) = history(store, NAME)
    assert noted.outcome == "running", "what it left has still to be seen to"
    with lease(store, name, "r-3", actor="lihua", command="apply") as dead:
        assert dead is None
        lose(store, NAME)
    (lost,) = history(store, NAME)
    assert (lost.outcome, lost.ended) == ("lost", noted.ended)
    assert died <= dt.datetime.fromisoformat(lost.ended) <= died + dt.timedelta(minutes=3)


def test_one_that_was_heard_of_again_is_not_over(url: str) -> None:
    store = Store(url)
    begin(store, Run("r-theirs", NAME, "apply", "chenlan"))
    _write(store, renewed=now() - dt.timedelta(hours=1))
    silent = held(store, NAME)
    assert silent is not None
    with store.engine.begin() as connection:
        connection.execute(update(leases).values(renewed=func.now()))
    release(store, silent)
    assert [one.ended for one in history(store, NAME)] == [""]


def test_a_release_that_died_is_lost_with_its_lease(url: str) -> None:
    """It leaves nothing that anybody would have to see to."""
    store = Store(url)
    begin(store, Run("r-theirs", NAME, "release", "chenlan"))
    _write(store, renewed=now() - dt.timedelta(hours=1))
    with lease(store, NAME, "r-2", actor="lihua", command="apply"):
        assert [one.outcome for one in history(store, NAME)] == ["lost"]


def test_the_heart_beats_and_notices_that_the_lease_is_gone(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "HEARTBEAT", 0.05)
    store = Store(url)
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    with ExitStack() as stack:
        stack.enter_context(lease(store, NAME, "r-1", actor="chenlan", command="apply"))
        with store.engine.begin() as connection:
            connection.execute(update(leases).values(renewed=long_ago))
        _until(lambda: (found := held(store, NAME)) is not None and found.silent < dt.timedelta(minutes=1))
        stack.enter_context(pytest.raises(KeyboardInterrupt))
        with store.engine.begin() as connection:
            connection.execute(update(leases).values(run="r-another"))
        _until(lambda: False)
    assert [one.run for one in room.all_leases(store)] == ["r-another"]


def _until(what: Any) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def test_who_must_not_wait_interrupts(url: str) -> None:
    """The holder, that waits for an answer, hears of it as of Ctrl-C; the lease is its own until it has stopped."""
    store, holder = Store(url), _holder(url, "r-1")
    _tell(holder)
    assert (_hear(holder), _hear(holder)) == ("ready", "got -")
    with interrupting(store, NAME, "r-2", actor="zhouming", command="isolate") as found:
        assert found is not None
        assert found.run == "r-1"
        assert _hear(holder) == "interrupted by zhouming (isolate)"
        _until(lambda: held(store, NAME) is None)
        with pytest.raises(Locked) as refused, lease(store, NAME, "r-3", actor="lihua", command="apply"):
            pass
        assert refused.value.params["actor"] == "zhouming"
    _finish([holder])
    assert holder.returncode == 0
    with lease(store, NAME, "r-4", actor="lihua", command="apply"):
        pass
    assert room.all_leases(store) == []


def test_a_dead_ones_right_to_interrupt_is_void(url: str) -> None:
    store = Store(url)
    _write(store, name=f"{NAME}/interrupt", born="other/0 boot 1 1", renewed=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    with lease(store, NAME, "r-1", actor="lihua", command="apply"):
        time.sleep(2 * room.LISTENING)


def test_times_are_the_databases(url: str) -> None:
    """SQLite tells seconds, PostgreSQL more; both in UTC."""
    store = Store(url)
    with lease(store, NAME, "r-1", actor="chenlan", command="apply"):
        found = held(store, NAME)
        assert found is not None
        assert found.since.endswith("+00:00")
        with store.engine.connect() as connection:
            assert connection.execute(select(leases.c.since)).scalar_one() is not None
