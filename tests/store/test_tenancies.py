"""What the store knows of a tenancy is written by several hands at once, each its own part."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from govcloud.errors import GovcloudError
from govcloud.store import tenancies
from govcloud.store.runs import Run, begin, end, history
from govcloud.store.store import Store, now
from govcloud.store.tenancies import Hold, Tenancy, find
from tests.unit.ground import asked, given

TENANCY = Tenancy(
    id="t-aaaaaa", site="main", department="113300000029384738", system="DOT-001", name="轮渡", environment="test",
    path="departments/dot/ferry.test.yaml", until="2028-12-31", stage="active", isolated=False, hold=None,
    allocation=None, digest="", changed="",
)  # fmt: skip
HOLD = Hold("chenlan", "审计", "T-1", "2026-11-24T00:00:00+00:00")


def test_an_apply_under_way_takes_no_hold_and_no_isolation_back(url: str) -> None:
    store = Store(url)
    tenancies.save(store, TENANCY)
    tenancies.set_hold(store, TENANCY.id, HOLD)
    tenancies.set_isolated(store, TENANCY.id, isolated=True)
    tenancies.save(store, replace(TENANCY, name="轮渡二期"))
    found = find(store, TENANCY.id)
    assert found is not None
    assert (found.name, found.hold, found.isolated, found.state) == ("轮渡二期", HOLD, True, "isolated")


def test_a_hold_takes_nothing_back_that_an_apply_wrote(url: str) -> None:
    store = Store(url)
    tenancies.save(store, replace(TENANCY, stage="admitted"))
    tenancies.save(store, TENANCY)
    tenancies.set_hold(store, TENANCY.id, HOLD)
    tenancies.set_hold(store, TENANCY.id, None)
    found = find(store, TENANCY.id)
    assert found is not None
    assert (found.stage, found.hold, found.state) == ("active", None, "active")


def test_what_ended_is_neither_held_nor_isolated(url: str) -> None:
    store = Store(url)
    tenancies.save(store, TENANCY)
    tenancies.set_isolated(store, TENANCY.id, isolated=True)
    begin(store, Run("r-1", TENANCY.id, "destroy", "chenlan"))
    tenancies.reserve(store, "p-1", given(asked(), TENANCY.id), now() + dt.timedelta(days=1))
    tenancies.end(store, TENANCY.id, "r-1", {"stayed": []})
    found = find(store, TENANCY.id)
    assert found is not None
    assert (found.state, found.isolated, tenancies.all_tenancies(store)) == ("ended", False, [])
    assert tenancies.reserved(store, TENANCY.id) is None
    (run,) = history(store, TENANCY.id)
    assert (run.outcome, run.record) == ("done", {"stayed": []})
    end(store, "r-1", "interrupted", {})
    assert history(store, TENANCY.id) == [run], "a Ctrl-C that comes too late changes nothing"


def test_a_tenancy_ends_in_one_step_with_its_last_run(url: str) -> None:
    """Nobody could finish a destroy of what has ended: it is refused."""
    store = Store(url)
    tenancies.save(store, TENANCY)
    begin(store, Run("r-1", TENANCY.id, "destroy", "chenlan"))
    with pytest.raises(GovcloudError):
        tenancies.end(store, TENANCY.id, "r-1", {"stayed": object()})
    found = find(store, TENANCY.id)
    assert found is not None
    assert (found.stage, [one.outcome for one in history(store, TENANCY.id)]) == ("active", ["running"])
