"""The guard: what was reviewed happens, or it is said what differs, part by part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

import pytest

from govcloud.engine.steps import Change
from govcloud.errors import ExitCode, InvalidInput
from govcloud.plan.guard import NotAdmitted, Stale, differences, guard, refuse_unless_admitted, refuse_unrecorded
from govcloud.plan.plan import Bound, Plan, QuotaChange, dump, is_plan, load, with_id
from govcloud.store.runs import Run
from govcloud.store.store import now
from govcloud.text import LANGUAGES, next_step, say, use_language
from tests.unit.drafting import drafted, planned, step
from tests.unit.ground import FERRY, INSURANCE, TRAINING, asked, fitted

CREATE: Final = step("create", "compute/instance:Instance", "server/web-1")
UPDATE: Final = step("update", "networking/port:Port", "server/web-2", changes={"adminStateUp": ("false", "true")})
QUOTA: Final = QuotaChange("compute", "cores", 2, 4)


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    yield
    use_language("zh")


def _plan(**changes: object) -> Plan:
    return replace(planned(drafted(asked()), CREATE, UPDATE, quotas=(QUOTA,)), **changes)  # type: ignore[arg-type]


REVIEWED: Final = _plan()


def _codes(fresh: Plan, reviewed: Plan = REVIEWED) -> list[str]:
    return [problem.code for problem in differences(reviewed, fresh)]


def test_a_plan_equals_itself_and_one_made_a_moment_later() -> None:
    guard(REVIEWED, REVIEWED)
    later = with_id(replace(REVIEWED, created=now() + dt.timedelta(hours=1), actor="someone else"))
    assert later.id != REVIEWED.id
    guard(REVIEWED, later)


@pytest.mark.parametrize("part", [field.name for field in fields(Bound)])
def test_every_part_it_is_bound_to_counts(part: str) -> None:
    other = replace(REVIEWED, bound=replace(REVIEWED.bound, **{part: "0" * 64}))
    assert _codes(other) == [f"plan.differs-{part}"]


def test_a_plan_that_had_its_apply_already_says_so() -> None:
    fresh = replace(REVIEWED, steps=(), quotas=())
    done = Run("r-1", REVIEWED.tenancy, "apply", "operator", started="2026-11-26T08:00:00+00:00", outcome="done")
    with pytest.raises(Stale) as caught:
        guard(REVIEWED, fresh, done)
    (told,) = caught.value.problems()
    assert (told.code, told.params["run"], told.params["when"]) == ("plan.was-applied", "r-1", done.started)
    with pytest.raises(Stale) as caught:
        guard(REVIEWED, fresh, replace(done, outcome="lost"))
    assert [problem.code for problem in caught.value.problems()] == ["plan.was-finished"]
    with pytest.raises(Stale) as caught:
        guard(REVIEWED, replace(REVIEWED, steps=(CREATE, CREATE)), replace(done, outcome="lost"))
    assert [problem.code for problem in caught.value.problems()] == ["plan.was-begun"], "and one way to go on"
    guard(REVIEWED, REVIEWED, replace(done, outcome="failed"))


def test_only_what_people_know_is_told_of_steps() -> None:
    scaffold = step("create", "govcloud:iaas:Server", "server/web-9")
    fresh = replace(REVIEWED, steps=(CREATE, scaffold))
    assert [problem.params.get("step") for problem in differences(REVIEWED, fresh)] == ["iaas/port web-2"]


def test_a_plan_holds_for_a_day() -> None:
    lifetime = REVIEWED.expires - REVIEWED.created
    assert lifetime == dt.timedelta(days=1)
    expired = with_id(replace(REVIEWED, expires=now() - dt.timedelta(seconds=1)))
    assert _codes(REVIEWED, expired) == ["plan.expired"]


def test_another_tenancy_is_another_plan() -> None:
    assert "plan.differs-tenancy" in _codes(replace(REVIEWED, tenancy="t-000001"))


@pytest.mark.parametrize(
    ("steps", "before", "after"),
    [
        ((CREATE, UPDATE, step("delete", "networking/port:Port", "server/web-9")), "-", "delete"),
        ((CREATE,), "update", "-"),
        ((replace(CREATE, op="replace"), UPDATE), "create", "replace"),
    ],
)
def test_a_step_that_differs_is_named(steps: tuple[object, ...], before: str, after: str) -> None:
    fresh = replace(REVIEWED, steps=steps)  # type: ignore[arg-type]
    (problem,) = differences(REVIEWED, fresh)
    assert problem.code == "plan.differs-step"
    assert (problem.params["before"], problem.params["now"]) == (before, after)
    assert "/" in str(problem.params["step"])


def test_a_spec_that_differs_is_named() -> None:
    fresh = replace(REVIEWED, specs={**REVIEWED.specs, "iaas": "0" * 64})
    (problem,) = differences(REVIEWED, fresh)
    assert (problem.code, problem.params) == ("plan.differs-spec", {"part": "iaas"})


def test_who_applies_what_another_planned_is_told_why_it_differs() -> None:
    other = replace(REVIEWED, actor="zhouming")
    assert _codes(other) == [], "where nothing follows from it, nobody needs to know"
    assert _codes(replace(other, steps=(CREATE,))) == ["plan.differs-actor", "plan.differs-step"]


def test_values_that_differ_are_said_though_no_step_does() -> None:
    """The same steps with other values: a stolen plan file, or a template that changed under an older plan."""
    other_value = replace(UPDATE, changes=(Change("adminStateUp", "false", '"maybe"'),))
    assert _codes(replace(REVIEWED, steps=(CREATE, other_value))) == ["plan.differs-values"]
    replaces = replace(UPDATE, changes=(replace(UPDATE.changes[0], replaces=True),))
    assert _codes(replace(REVIEWED, steps=(CREATE, replaces))) == ["plan.differs-values"]
    assert _codes(replace(REVIEWED, quotas=(replace(QUOTA, after=5),))) == ["plan.differs-values"]
    assert _codes(replace(REVIEWED, allocation=None)) == ["plan.differs-values"]
    elsewhere = replace(CREATE, urn=CREATE.urn.replace("server/web-1", "x/web-1"))
    assert _codes(replace(REVIEWED, steps=(elsewhere, UPDATE))) == ["plan.differs-values"]


def test_the_order_of_steps_is_no_difference() -> None:
    """The engine tells them as they come."""
    guard(REVIEWED, replace(REVIEWED, steps=REVIEWED.steps[::-1]))


def test_everything_that_differs_is_said_at_once() -> None:
    bound = replace(REVIEWED.bound, request="0", start="0")
    fresh = replace(REVIEWED, bound=bound, steps=(CREATE,), tenancy="t-000001")
    with pytest.raises(Stale) as caught:
        guard(REVIEWED, fresh)
    assert caught.value.exit_code == ExitCode.STALE
    codes = [problem.code for problem in caught.value.problems()]
    assert codes == ["plan.differs-request", "plan.differs-start", "plan.differs-tenancy", "plan.differs-step"]
    assert caught.value.params["count"] == 4
    for language in LANGUAGES:
        use_language(language)
        for problem in caught.value.problems():
            assert say(problem.code, **problem.params)
            assert next_step(problem.code, **problem.params)


def test_what_admission_refused_is_refused_here_too() -> None:
    refuse_unless_admitted(REVIEWED)
    refused = planned(drafted(fitted(INSURANCE)))
    assert not refused.admitted
    with pytest.raises(NotAdmitted) as caught:
        refuse_unless_admitted(refused)
    assert caught.value.exit_code == ExitCode.REFUSED
    assert caught.value.params["count"] == len(refused.missing) + len(refused.blocks) + len(refused.refusing)
    assert caught.value.plan is refused
    reasons = caught.value.problems()
    assert len(reasons) == caught.value.params["count"]
    for language in LANGUAGES:
        use_language(language)
        for one in reasons:
            assert say(one.code, **one.params), "each is said to machines too"
            assert next_step(one.code, **one.params)


@pytest.mark.parametrize("path", [FERRY, TRAINING, INSURANCE])
def test_a_saved_plan_is_read_back_as_it_was(path: Path, tmp_path: Path) -> None:
    plan = planned(drafted(fitted(path)), CREATE, UPDATE, quotas=(QUOTA,))
    file = tmp_path / "a.plan"
    file.write_text(dump(plan), "utf-8")
    assert is_plan(file)
    again = load(file)
    assert again == plan
    assert again.effect() == plan.effect()
    guard(again, plan)
    assert with_id(again).id == plan.id


@pytest.mark.parametrize(
    ("was", "written"),
    [
        ('"after": 4', '"after": 400'),
        (f'"expires": "{REVIEWED.expires.year}', '"expires": "2099'),
        (f'"created": "{REVIEWED.created.year}', '"created": "2020'),
        (f'"actor": "{REVIEWED.actor}"', '"actor": "somebody else"'),
        ('"job": ""', '"job": "4711"'),
        (f'"id": "{REVIEWED.id}"', '"id": "p-0123456789"'),
    ],
    # the id follows from the moment too, and tests are collected by several processes
    ids=["a limit", "expires", "created", "actor", "job", "id"],
)
def test_a_plan_that_somebody_touched_no_longer_holds(was: str, written: str, tmp_path: Path) -> None:
    file, text = tmp_path / "a.plan", dump(REVIEWED)
    assert was in text
    file.write_text(text.replace(was, written), "utf-8")
    with pytest.raises(Stale) as caught:
        guard(load(file), REVIEWED)
    assert [problem.code for problem in caught.value.problems()] == ["plan.edited"]


def test_an_id_that_was_reckoned_anew_is_on_no_record() -> None:
    made = Run("r-1", REVIEWED.tenancy, "plan", REVIEWED.actor, plan=REVIEWED.id)
    refuse_unrecorded(REVIEWED, [made])
    forged = with_id(replace(REVIEWED, expires=REVIEWED.expires + dt.timedelta(days=365)))
    guard(forged, REVIEWED)
    for told in ([], [made], [replace(made, kind="apply", plan=forged.id)]):
        with pytest.raises(Stale) as caught:
            refuse_unrecorded(forged, told)
        assert [problem.code for problem in caught.value.problems()] == ["plan.not-on-record"]


@pytest.mark.parametrize("content", ["", "{}", "[]", "nothing", '{"kind": "Plan"}'])
def test_what_is_no_plan_is_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / "a.plan"
    file.write_text(content, "utf-8")
    with pytest.raises(InvalidInput) as caught:
        load(file)
    assert [problem.code for problem in caught.value.problems()] == ["plan.not-a-plan"]
    with pytest.raises(InvalidInput) as caught:
        load(tmp_path / "none.plan")
    assert [problem.code for problem in caught.value.problems()] == ["input.unreadable"]
    assert not is_plan(tmp_path / "none.plan")
    assert not is_plan(FERRY)
    assert is_plan(file) is (content[:1] in ("", "{"))
    empty = tmp_path / "a.test.yaml"
    empty.touch()
    assert not is_plan(empty)
