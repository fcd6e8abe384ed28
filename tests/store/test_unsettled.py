"""What was not done since the last run that was: each may have left something behind."""

from __future__ import annotations

import datetime as dt
import json

from govcloud.store.copying import copy_out
from govcloud.store.runs import Run, begin, end, history, lose, note_over, unsettled
from govcloud.store.store import Store, now


def _run(store: Store, id_: str, outcome: str, kind: str = "apply", tenancy: str = "t-aaaaaa") -> None:
    begin(store, Run(id_, tenancy, kind, "chenlan"))
    if outcome != "running":
        end(store, id_, outcome, {})


def test_all_since_the_last_that_was_done_newest_first(url: str) -> None:
    store = Store(url)
    _run(store, "r-1", "failed")
    _run(store, "r-2", "done")
    assert unsettled(store, "t-aaaaaa", "r-9") == []
    _run(store, "r-3", "failed")
    _run(store, "r-4", "interrupted")
    _run(store, "r-5", "running", kind="destroy")
    found = unsettled(store, "t-aaaaaa", "r-9")
    assert [(one.id, one.outcome) for one in found] == [("r-5", "running"), ("r-4", "interrupted"), ("r-3", "failed")]
    assert [one.id for one in unsettled(store, "t-aaaaaa", "r-9")] == ["r-5", "r-4", "r-3"]


def test_who_died_ended_then_and_not_when_somebody_noticed(url: str) -> None:
    """What came into being in between is not theirs."""
    store = Store(url)
    _run(store, "r-1", "running")
    _run(store, "r-2", "running", tenancy="t-bbbbbb")
    over = now() - dt.timedelta(minutes=1)
    (lost,) = lose(store, "t-aaaaaa", over=over)
    (found,) = unsettled(store, "t-aaaaaa")
    assert (lost.id, found.outcome) == ("r-1", "lost")
    assert found.ended == over.isoformat(timespec="seconds")
    lose(store, "t-bbbbbb")
    (found,) = unsettled(store, "t-bbbbbb")
    assert found.started <= found.ended <= now().isoformat(timespec="seconds"), "nobody noted it: it is not known"


def test_other_tenancies_and_what_builds_nothing_do_not_count(url: str) -> None:
    store = Store(url)
    _run(store, "r-1", "failed", kind="isolate")
    _run(store, "r-2", "failed", tenancy="t-bbbbbb")
    assert unsettled(store, "t-aaaaaa", "r-9") == []
    _run(store, "r-3", "failed")
    _run(store, "r-4", "done", kind="hold")
    assert [one.id for one in unsettled(store, "t-aaaaaa", "r-9")] == ["r-3"]


def test_our_own_run_is_none_of_them(url: str) -> None:
    store = Store(url)
    _run(store, "r-1", "running")
    assert unsettled(store, "t-aaaaaa", "r-1") == []
    assert history(store, "t-aaaaaa")[0].outcome == "running"


def test_a_store_that_does_not_exist_has_none(url: str) -> None:
    assert unsettled(Store(url), "t-aaaaaa", "r-1") == []


def test_a_copy_keeps_by_when_a_dead_run_was_over(url: str) -> None:
    store, over = Store(url), now() - dt.timedelta(hours=2)
    _run(store, "r-1", "running")
    with store.engine.begin() as connection:
        note_over(connection, "r-1", over)
    (copied,) = json.loads(copy_out(store)["runs"])
    assert (copied["outcome"], copied["ended"]) == ("lost", over.isoformat())
