"""May what was reviewed still happen? A fresh plan must equal it, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from govcloud.compliance import words
from govcloud.errors import PlanStale, Problem, Refused
from govcloud.plan.plan import Plan, with_id
from govcloud.store.runs import Run
from govcloud.store.store import now


class Stale(PlanStale):
    """A plan that no longer holds, with everything that differs."""

    def __init__(self, plan: Plan, problems: list[Problem]) -> None:
        super().__init__("plan.stale", plan=plan.id, path=plan.path, count=len(problems))
        self._problems = tuple(problems)

    def problems(self) -> tuple[Problem, ...]:
        """What differs, part by part."""
        return self._problems


def guard(reviewed: Plan, fresh: Plan, before: Run | None = None) -> None:
    """Raise Stale when `fresh` is not what was reviewed, or the plan's time is over.

    `before` is the apply that the reviewed plan had already, if any: what differs is then what that has done, and told
    is only how to go on.
    """
    found = list(differences(reviewed, fresh))
    if found and before is not None:
        params = {"run": before.id, "who": before.actor, "when": before.started}
        unfinished = "plan.was-begun" if fresh.changes else "plan.was-finished"
        code = "plan.was-applied" if before.outcome == "done" else unfinished
        raise Stale(reviewed, [Problem(code, {**params, "path": reviewed.path})])
    if found:
        raise Stale(reviewed, found)


def refuse_unrecorded(reviewed: Plan, told: Iterable[Run]) -> None:
    """Raise Stale for a plan that is not among the runs of its tenancy: anybody can make up an id that fits."""
    if not any(run.kind == "plan" and run.plan == reviewed.id for run in told):
        raise Stale(reviewed, [Problem("plan.not-on-record", {"plan": reviewed.id, "path": reviewed.path})])


def differences(reviewed: Plan, fresh: Plan) -> Iterator[Problem]:
    """What differs between a reviewed plan and a fresh one; of one that somebody wrote into nothing else is told."""
    if with_id(reviewed).id != reviewed.id:
        yield Problem("plan.edited", {"path": reviewed.path})
        return
    if reviewed.expires < now():
        yield Problem("plan.expired", {"when": reviewed.expires.isoformat(timespec="minutes")})
    for name, before in vars(reviewed.bound).items():
        if before != getattr(fresh.bound, name):
            yield Problem(f"plan.differs-{name}", {"path": reviewed.path})
    if reviewed.tenancy != fresh.tenancy:
        yield Problem("plan.differs-tenancy", {"before": reviewed.tenancy, "now": fresh.tenancy})
    for what in sorted(set(fresh.remains) - set(reviewed.remains)):
        yield Problem("plan.differs-remains", {"what": what})
    if reviewed.effect() != fresh.effect():
        yield from _effect(reviewed, fresh)


def _effect(reviewed: Plan, fresh: Plan) -> Iterator[Problem]:
    before = {(s.stack, s.label): s.op for s in reviewed.steps if not s.scaffolding}
    after = {(s.stack, s.label): s.op for s in fresh.steps if not s.scaffolding}
    if reviewed.actor != fresh.actor:
        yield Problem("plan.differs-actor", {"before": reviewed.actor, "now": fresh.actor})
    named = False
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            named = True
            params = {"step": f"{key[0]}/{key[1]}", "before": before.get(key, "-"), "now": after.get(key, "-")}
            yield Problem("plan.differs-step", params)
    for part in sorted(reviewed.specs.keys() | fresh.specs.keys()):
        if reviewed.specs.get(part) != fresh.specs.get(part):
            named = True
            yield Problem("plan.differs-spec", {"part": part})
    if not named:
        yield Problem("plan.differs-values", {})


def refuse_unless_admitted(plan: Plan) -> None:
    """Raise the refusal of a plan that admission said no to."""
    if not plan.admitted:
        raise NotAdmitted(plan)


class NotAdmitted(Refused):
    """Admission said no; every reason with its place."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("plan.refused", count=len(plan.missing) + len(plan.blocks) + len(plan.refusing))
        self.plan = plan

    def problems(self) -> tuple[Problem, ...]:
        """Every reason: what cannot be given, what is in the way, which rules are broken."""
        reasons = [Problem(one.code, one.params, one.place, one.key) for one in (*self.plan.missing, *self.plan.blocks)]
        for one in self.plan.refusing:
            said = {"rule": one.rule, "said": words.message(one.verdict), "remedy": words.remedy(one.verdict.rule)}
            reasons.append(Problem("plan.rule-refuses", said, one.place, one.key))
        return tuple(reasons)
