"""What a plan says of a tenancy that somebody began to destroy, and did not end."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from govcloud.output.formats import render
from govcloud.output.plan import plan_document
from govcloud.plan.unended import unended
from govcloud.plan.writing import Outlook, write
from govcloud.store.runs import Run, begin, end
from govcloud.store.store import Store
from tests.unit.drafting import applied, context, drafted
from tests.unit.ground import asked

PATH: Final = "departments/dot/new.test.yaml"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of nothing."""
    return Store(f"sqlite:///{tmp_path}/store.sqlite")


def _ran(store: Store, tenancy: str, *runs: tuple[str, str]) -> None:
    """Runs of a tenancy, in this order: what they were, and how they ended."""
    for number, (kind, outcome) in enumerate(runs):
        begin(store, Run(f"r-{number}", tenancy, kind, "wangli"))
        if outcome != "running":
            end(store, f"r-{number}", outcome, {})


@pytest.mark.parametrize("outcome", ["running", "failed", "interrupted", "lost"])
def test_a_destroy_that_did_not_end_is_said_with_its_actor(store: Store, outcome: str) -> None:
    known = applied(asked(), store, PATH)
    draft = drafted(asked(), known, path=PATH, store=store)
    _ran(store, known.id, ("apply", "done"), ("destroy", outcome))
    plan = write(context(store=store), draft, Outlook(), "operator")
    assert [(one.code, one.params["actor"]) for one in plan.notes] == [("plan.unended", "wangli")]
    assert plan.admitted, "who wants it to stay may apply"
    shown = render(plan_document(plan, audience="operator"), "markdown")
    assert "wangli" in shown
    assert f"govcloud destroy {known.id}" in shown


@pytest.mark.parametrize(
    "runs",
    [
        (),
        (("apply", "failed"),),
        (("destroy", "failed"), ("apply", "done")),
        # somebody said since that it is to stay
        (("destroy", "failed"), ("apply", "interrupted")),
    ],
)
def test_nothing_is_said_where_no_destroy_is_the_last_change(store: Store, runs: tuple[tuple[str, str], ...]) -> None:
    _ran(store, "t-aaaaaa", *runs)
    assert list(unended(store, "t-aaaaaa")) == []


def test_what_does_not_change_a_tenancy_does_not_settle_it(store: Store) -> None:
    _ran(store, "t-aaaaaa", ("destroy", "interrupted"), ("isolate", "done"), ("plan", "done"))
    assert [one.code for one in unended(store, "t-aaaaaa")] == ["plan.unended"]
