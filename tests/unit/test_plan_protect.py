"""Hold, isolate, release, unlock: what they refuse before any cloud is asked, and that a refusal leaves nothing behind.

What they do is tested on a real cloud (tests/cloud).
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import insert

from govcloud.engine.engine import RUN
from govcloud.errors import AuthenticationFailed, ExitCode, GovcloudError, Locked, Refused, UsageError
from govcloud.plan.context import Context
from govcloud.plan.giving import give_back
from govcloud.plan.isolation import isolate, release, to_end
from govcloud.plan.protect import at_rest, hold, lease_of, leased, unlock
from govcloud.plan.reality import Whereabouts
from govcloud.store import leases, runs, tables, tenancies
from govcloud.store.store import Store, now
from govcloud.store.tenancies import Hold, Tenancy
from govcloud.text import say
from tests.unit.drafting import NO_ENGINE, NOWHERE, context
from tests.unit.ground import FERRY, fitted, given, repository, tenancy

Command = Callable[[Context, Tenancy], object]
COMMANDS: Final[dict[str, Command]] = {
    "hold": lambda here, one: hold(here, one, reason="审计", ticket="T-1"),
    "isolate": lambda here, one: isolate(here, one, reason="疑似失陷"),
    "release": lambda here, one: release(here, one, reason="已处置"),
    "unlock": lambda here, one: unlock(here, one, reason="死了"),
}


@pytest.fixture
def here(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A context whose clouds.yaml knows no cloud."""
    clouds = tmp_path / "clouds.yaml"
    clouds.write_text("clouds: {}\n", "utf-8")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds))
    return replace(context(store=store), cloud_name="nowhere")


def _living(store: Store, **changes: object) -> Tenancy:
    found = replace(tenancy(given(fitted(FERRY), "t-ferry0")), **changes)  # type: ignore[arg-type]
    tenancies.save(store, found)
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_what_ended_is_neither_held_nor_cut_off(here: Context, command: str) -> None:
    ended = _living(here.store, stage="ended", allocation=None)
    with pytest.raises(Refused) as caught:
        COMMANDS[command](here, ended)
    assert (caught.value.code, caught.value.exit_code) == ("plan.ended", ExitCode.REFUSED)
    assert runs.history(here.store, "t-ferry0") == []


@pytest.mark.parametrize("command", COMMANDS)
def test_what_the_store_no_longer_knows(here: Context, command: str) -> None:
    gone = tenancy(given(fitted(FERRY), "t-gone00"))
    with pytest.raises(GovcloudError) as caught:
        COMMANDS[command](here, gone)
    assert caught.value.code == "plan.no-tenancy"


def test_a_site_that_is_gone_is_not_asked_again(here: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """No patience brings back what no file describes."""
    monkeypatch.setattr("govcloud.plan.isolation.time.sleep", lambda _: pytest.fail("it waits"))
    with pytest.raises(GovcloudError) as caught:
        isolate(here, _living(here.store, site="south"), reason="疑似失陷")
    assert caught.value.code == "plan.site-gone"


@pytest.mark.parametrize("command", COMMANDS)
def test_nobody_acts_without_a_name(here: Context, command: str) -> None:
    """Every record names the user of a token: where none can be had, nothing is written."""
    living = _living(here.store)
    with pytest.raises(AuthenticationFailed):
        COMMANDS[command](here, living)
    assert tenancies.find(here.store, "t-ferry0") == replace(living, changed=_changed(here.store))
    assert runs.history(here.store, "t-ferry0") == []


def test_nobody_gives_back_what_is_reserved_without_a_name(here: Context) -> None:
    tenancies.reserve(here.store, "p-1", given(fitted(FERRY), "t-ferry0"), now() + dt.timedelta(hours=1))
    (kept,) = tenancies.all_reservations(here.store)
    with pytest.raises(AuthenticationFailed):
        give_back(here, kept, reason="")
    assert tenancies.all_reservations(here.store) == [kept]
    assert runs.history(here.store, "t-ferry0") == []


def test_a_hold_is_not_taken_over(here: Context) -> None:
    """Who held it, and for what, would be forgotten."""
    held = _living(here.store)
    tenancies.set_hold(here.store, held.id, Hold("chenlan", "诉讼", "T-7", "2026-11-26T00:00:00+00:00"))
    with pytest.raises(Refused) as caught:
        COMMANDS["hold"](here, held)
    assert caught.value.code == "plan.held-already"
    assert caught.value.params["who"] == "chenlan"


HOLD: Final = Hold("chenlan", "诉讼", "T-7", "2026-11-26T00:00:00+00:00")


def test_where_both_stand_a_release_asks_which(here: Context) -> None:
    """They may be of two persons and for two reasons: who ends an isolation must not end an audit's hold."""
    both = _living(here.store, isolated=True)
    tenancies.set_hold(here.store, both.id, HOLD)
    tenancies.set_isolated(here.store, both.id, isolated=True)
    runs.note(here.store, runs.Run("r-1", both.id, "isolate", "zhouming", "疑似失陷", record={"down": []}))
    with pytest.raises(UsageError) as caught:
        COMMANDS["release"](here, both)
    assert (caught.value.code, caught.value.exit_code) == ("plan.release-which", ExitCode.INVALID)
    told = say(caught.value.code, **caught.value.params)
    assert all(word in told for word in ("chenlan", "诉讼", "T-7", "zhouming", "疑似失陷"))
    assert len(runs.history(here.store, both.id)) == 1


@pytest.mark.parametrize(
    ("hold", "isolated", "only", "ends"),
    [
        (HOLD, True, "hold", "hold"),
        (HOLD, True, "isolation", "isolation"),
        (HOLD, False, "", "hold"),
        (None, True, "", "isolation"),
        (HOLD, False, "isolation", ""),
        (None, True, "hold", ""),
        (None, False, "", ""),
    ],
)
def test_a_release_ends_what_is_meant(here: Context, hold: Hold | None, isolated: bool, only: str, ends: str) -> None:
    assert to_end(here.store, _living(here.store, hold=hold, isolated=isolated), only) == ends


def _changed(store: Store) -> str:
    found = tenancies.find(store, "t-ferry0")
    assert found is not None
    return found.changed


def _died(store: Store) -> dt.datetime:
    """An apply that died two hours ago and holds its lease still."""
    runs.begin(store, runs.Run("r-dead", "t-ferry0", "apply", "chenlan"))
    then = now() - dt.timedelta(hours=2)
    with store.engine.begin() as connection:
        connection.execute(
            insert(tables.leases).values(
                name="t-ferry0", run="r-dead", actor="chenlan", command="apply", host="other", pid=1,
                born="other/0 boot 1 1", since=then, renewed=then,
            )
        )  # fmt: skip
    return then


@pytest.mark.parametrize("outlived", [True, False])
def test_who_takes_a_dead_ones_lease_ends_what_outlived_it_and_notes_when_it_was_over(
    store: Store, outlived: bool
) -> None:
    """An engine that worked until now may have made things until now."""
    then = _died(store)
    engine = subprocess.Popen(["sleep", "600" if outlived else "0"], env={RUN: "r-dead"})
    if not outlived:
        engine.wait()
    with leased(store, "t-ferry0", "r-next", actor="zhouming", command="apply") as dead:
        assert dead is not None
        assert dead.run == "r-dead"
        engine.wait(10)
        (noted,) = runs.history(store, "t-ferry0")
    ended = dt.datetime.fromisoformat(noted.ended)
    assert noted.outcome == "running", "what it left is still to be seen to"
    assert (now() - ended < dt.timedelta(minutes=1)) == outlived
    assert (ended - then < dt.timedelta(minutes=5)) == (not outlived)


def test_a_living_change_is_interrupted_not_unlocked(here: Context) -> None:
    living = _living(here.store)
    assert lease_of(here, living) is None
    with leases.lease(here.store, living.id, "r-1", actor="chenlan", command="apply"):
        found = lease_of(here, living)
        assert found is not None
        assert (found.run, found.alive) == ("r-1", True)
        with pytest.raises(Locked) as caught:
            unlock(here, living, reason="急")
        assert caught.value.exit_code == ExitCode.LOCKED
        assert (caught.value.params["actor"], caught.value.params["pid"]) == ("chenlan", os.getpid())
        again = lease_of(here, living)
        assert again is not None
        assert again.run == "r-1"
    assert lease_of(here, living) is None
    assert runs.history(here.store, living.id) == []


def test_the_stack_of_a_department_may_be_at_work_for_another_tenancy(store: Store) -> None:
    where = Whereabouts(NOWHERE, repository().sites["main"], "t-ferry0", "d-dot000", NO_ENGINE, None)
    mine = {"tenancy": "t-ferry0.tenancy", "iaas": "t-ferry0.iaas"}
    assert at_rest(store, where) == {"department": "d-dot000", **mine}
    with leases.lease(store, "department/d-dot000", "r-9", actor="chenlan", command="apply"):
        assert at_rest(store, where) == mine
    assert at_rest(store, where) == {"department": "d-dot000", **mine}
    assert at_rest(store, replace(where, domain="")) == mine
