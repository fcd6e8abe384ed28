"""What was not done since the last run that was: each may have left something behind."""

from __future__ import annotations

import datetime as dt

from govcloud.store.runs import Run, begin, end, history, lose, unsettled
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
    lose(store, "t-bbbbbb", over=now() + dt.timedelta(minutes=1))
    (found,) = unsettled(store, "t-bbbbbb")
    assert found.ended <= now().isoformat(timespec="seconds"), "and nobody ends later than now"


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
