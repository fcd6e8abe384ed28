"""What the runs on record tell of an isolation, and what a plan says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from govcloud.output.formats import render
from govcloud.output.plan import plan_document
from govcloud.plan.cutoff import cut_off
from govcloud.plan.writing import Outlook, write
from govcloud.store import runs
from govcloud.store.isolations import UNKNOWN, Isolation, isolation
from govcloud.store.runs import Run
from govcloud.store.store import Store
from govcloud.text import LANGUAGES, say, use_language
from tests.unit.drafting import applied, context, drafted
from tests.unit.ground import asked

PATH: Final = "departments/dot/new.test.yaml"


def _run(id_: str, kind: str, outcome: str = "done", record: Mapping[str, Any] | None = None) -> Run:
    return Run(id_, "t-ferry0", kind, id_, f"why {id_}", started=id_, outcome=outcome, record=record or {})


CUT: Final = _run("a", "isolate", record={"down": ["port-1"], "ports": ["web-1"]})


def _after(*later: Run, working: tuple[str, ...] = ()) -> Isolation:
    """What holds after an isolation that is whole, and then these runs, oldest first."""
    return isolation([*reversed(later), CUT], working)


def test_an_isolation_is_told_with_who_and_why() -> None:
    assert _after() == Isolation("a", "why a", "a", ("port-1",))
    assert _after(_run("b", "apply"), _run("c", "plan", "running")) == _after()
    again = _run("b", "isolate", record={"down": ["port-1"], "ports": []})
    assert _after(again) == _after(), "who confirms it did not cut it off"
    assert isolation([], ()) == UNKNOWN


@pytest.mark.parametrize("outcome", ["running", "lost", "failed"])
@pytest.mark.parametrize("kind", ["isolate", "release"])
def test_who_was_cut_off_in_the_middle_left_half(kind: str, outcome: str) -> None:
    half = _run("b", kind, outcome, {"ends": "isolation", "ports": ["web-1"]})
    assert (_after(half).run, _after(half).at_work) == ("b", False)
    assert _after(half, working=("b",)).at_work
    assert _after(half).down == ("port-1",)
    whole = _run("c", "isolate", record={"down": ["port-1"], "ports": []})
    assert _after(half, whole).broken is None, "it was done again"


def test_a_release_that_did_nothing_leaves_the_isolation_whole() -> None:
    """It was refused, as while somebody is at work; but who was killed can say no more."""
    refused = _run("b", "release", "failed", {"ends": "isolation"})
    assert _after(refused).broken is None
    assert _after(replace(refused, outcome="running")).run == "b"


def test_an_isolation_that_found_nobody_to_ask_leaves_the_one_before_whole() -> None:
    unseen = _run("b", "isolate", "failed", {"failure": ["cannot reach the cloud"]})
    assert _after(unseen) == _after()
    assert isolation([unseen], ()) == UNKNOWN


def test_the_end_of_a_hold_is_no_end_of_an_isolation() -> None:
    free = _run("b", "release", record={"ends": "hold", "held": {}})
    assert _after(free) == _after()
    half = _run("b", "isolate", "running", {"down": []})
    assert _after(half, replace(free, id="c")).run == "b"


@pytest.mark.parametrize(
    "end", [_run("b", "release", record={"ports": []}), _run("b", "release", record={"ends": "isolation"}),
            _run("b", "destroy")]
)  # fmt: skip
def test_what_was_before_an_earlier_end_is_over(end: Run) -> None:
    """A record of before there was a choice says nothing of what it ended: that was both."""
    anew = _run("c", "isolate", record={"down": ["port-2"], "ports": []})
    assert _after(end, anew) == Isolation("c", "why c", "c", ("port-2",))


def test_a_plan_says_that_all_it_builds_is_cut_off(store: Store) -> None:
    cut = applied(asked(), store, PATH, isolated=True)
    runs.note(store, runs.Run("r-1", cut.id, "isolate", "zhouming", "疑似失陷", record={"down": []}))
    assert [note.code for note in cut_off(store, cut)] == ["plan.stays-isolated"]
    assert list(cut_off(store, replace(cut, isolated=False))) == []
    assert list(cut_off(store, None)) == []
    for kind in ("isolate", "release"):
        runs.begin(store, runs.Run(f"r-{kind}", cut.id, kind, "zhouming"))
        notes = list(cut_off(store, cut))
        assert [note.code for note in notes] == ["plan.stays-isolated", f"plan.{kind}-broken"]
        for language in LANGUAGES:
            use_language(language)
            assert all(cut.id in say(note.code, **note.params) for note in notes)
    use_language("zh")


def test_an_empty_plan_does_not_read_as_if_traffic_flowed(store: Store) -> None:
    cut = applied(asked(), store, PATH, isolated=True)
    runs.note(store, runs.Run("r-1", cut.id, "isolate", "zhouming", "疑似失陷", record={"down": []}))
    plan = write(context(store=store), drafted(asked(), cut, path=PATH, store=store), Outlook(), "operator")
    told = render(plan_document(plan, audience="operator"), "table")
    assert "zhouming" in told
    assert f"govcloud release {cut.id} --only isolation" in told
