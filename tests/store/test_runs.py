"""Runs: who did what, how it ended; and which of them nobody ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from govcloud.store.runs import Run, begin, end, history, lose, new_run_id, note, stands
from govcloud.store.store import Store

RUN = Run("r-1", "t-aaaaaa", "apply", "chenlan", reason="扩容", plan="p-1", job="https://ci/1")


def _begin(store: Store, id_: str, **changes: Any) -> None:
    begin(store, replace(RUN, id=id_, **changes))


def test_a_run_is_running_until_it_is_ended(url: str) -> None:
    store = Store(url)
    begin(store, RUN)
    (running,) = history(store, "t-aaaaaa")
    assert (running.outcome, running.ended) == ("running", "")
    assert (running.reason, running.plan, running.job, running.record) == ("扩容", "p-1", "https://ci/1", {})
    end(store, "r-1", "failed", {"steps": [["iaas", "create", "server web-1"]], "seconds": 1.5})
    (ended,) = history(store, "t-aaaaaa")
    assert ended.outcome == "failed"
    assert ended.started <= ended.ended
    assert ended.record["steps"] == [["iaas", "create", "server web-1"]]
    assert ended.record["seconds"] == 1.5


def test_one_id_is_one_run(url: str) -> None:
    store = Store(url)
    begin(store, RUN)
    with pytest.raises(IntegrityError):
        begin(store, replace(RUN, actor="somebody else"))
    assert [one.actor for one in history(store, "t-aaaaaa")] == ["chenlan"]


def test_ids_sort_by_time_and_do_not_collide() -> None:
    ids = [new_run_id() for _ in range(30)]
    assert len(set(ids)) == 30
    assert [one[:16] for one in ids] == sorted(one[:16] for one in ids)


def test_history_is_one_tenancys_newest_first(url: str) -> None:
    store = Store(url)
    for number in range(3):
        _begin(store, f"r-{number}")
    _begin(store, "r-9", tenancy="t-bbbbbb")
    assert [one.id for one in history(store, "t-aaaaaa")] == ["r-2", "r-1", "r-0"]
    assert history(store, "t-cccccc") == []


def test_what_nobody_ended_is_lost_but_for_our_own(url: str) -> None:
    store = Store(url)
    _begin(store, "r-apply")
    _begin(store, "r-destroy", kind="destroy")
    _begin(store, "r-hold", kind="hold")
    _begin(store, "r-done")
    end(store, "r-done", "done", {})
    _begin(store, "r-other", tenancy="t-bbbbbb")
    _begin(store, "r-mine")
    lost = lose(store, "t-aaaaaa", "r-mine")
    assert {one.id for one in lost} == {"r-apply", "r-destroy"}
    assert all(one.started for one in lost)
    outcomes = {one.id: one.outcome for one in history(store, "t-aaaaaa")}
    assert outcomes == {
        "r-apply": "lost",
        "r-destroy": "lost",
        "r-hold": "running",
        "r-done": "done",
        "r-mine": "running",
    }
    assert history(store, "t-bbbbbb")[0].outcome == "running"
    assert lose(store, "t-aaaaaa", "r-mine") == [], "once"


def test_what_is_over_at_once(url: str) -> None:
    store = Store(url)
    note(store, replace(RUN, kind="plan", record={"effect": "0"}))
    (noted,) = history(store, "t-aaaaaa")
    assert (noted.outcome, noted.job, noted.record) == ("done", "https://ci/1", {"effect": "0"})
    assert noted.started <= noted.ended


@pytest.mark.parametrize(
    ("runs", "there"),
    [
        ([], False),
        ([("apply", "failed")], False),
        ([("apply", "done"), ("hold", "done"), ("apply", "interrupted")], True),
        ([("apply", "done"), ("destroy", "failed")], False),
        ([("apply", "done"), ("destroy", "done"), ("plan", "done")], False),
        ([("apply", "done"), ("destroy", "failed"), ("apply", "done")], True),
    ],
)
def test_a_tenancy_stands_from_its_first_apply_to_its_destroy(
    url: str, runs: list[tuple[str, str]], there: bool
) -> None:
    store = Store(url)
    for number, (kind, outcome) in enumerate(runs):
        _begin(store, f"r-{number}", kind=kind)
        end(store, f"r-{number}", outcome, {})
    assert stands(store, "t-aaaaaa") is there
    assert not stands(store, "t-bbbbbb")
