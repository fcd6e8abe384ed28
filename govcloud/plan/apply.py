"""Applying a plan: exactly what was reviewed, in order, then proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from govcloud.allocation.ledger import Allocation
from govcloud.cloud.connect import run_clouds
from govcloud.cloud.read.quotas import wanted
from govcloud.cloud.read.verify import verify
from govcloud.cloud.write.ownership import claim
from govcloud.cloud.write.quotas import quota_stage
from govcloud.engine import runs as engine_runs
from govcloud.engine.processes import draining
from govcloud.engine.state import State
from govcloud.errors import Cancelled, GovcloudError, Interrupted, Problem, Refused, ResourceFailed
from govcloud.events import Event, Notify
from govcloud.plan import told
from govcloud.plan.blocks import refuse_standstill
from govcloud.plan.build import build, open_stacks, plan_of
from govcloud.plan.compare import PLUG, Difference
from govcloud.plan.context import Context
from govcloud.plan.dataloss import flags
from govcloud.plan.diskspace import refuse_without_space, taken_by
from govcloud.plan.estimate import estimate
from govcloud.plan.giving import given
from govcloud.plan.guard import NotAdmitted, guard, refuse_unless_admitted, refuse_unrecorded
from govcloud.plan.identity import identity_of, place
from govcloud.plan.mending import mend_all
from govcloud.plan.plan import Plan
from govcloud.plan.protect import leased
from govcloud.plan.reality import look
from govcloud.plan.reasons import explained
from govcloud.plan.recover import recover, remove, take_over
from govcloud.plan.settled import RECORD
from govcloud.plan.stacks import Stacks
from govcloud.spec import symbols
from govcloud.spec.symbols import Stack
from govcloud.store import runs, tenancies, texts
from govcloud.store.notes import keep_code
from govcloud.store.tenancies import Tenancy
from govcloud.text import say

Ask = Callable[[Plan], bool]


@dataclass(frozen=True)
class Permit:
    """What the person at the command line allows: the plan that was reviewed, steps that lose data, by label, and how
    many deletions.
    """

    reviewed: Plan | None = None
    data_loss: frozenset[str] = frozenset()
    deletions: int | None = None
    reason: str = ""


@dataclass
class Work:
    """An apply under way; `record` becomes the evidence of its run."""

    context: Context
    stacks: Stacks
    plan: Plan
    run: str
    notify: Notify
    record: dict[str, Any] = field(default_factory=dict)


def apply(context: Context, path: Path, ask: Ask, notify: Notify, permit: Permit = Permit()) -> Plan:
    """Apply a request, or exactly the plan that was reviewed; returns the plan that was carried out.

    `ask` is shown the plan and says whether to go on. Raises what refused, failed or no longer holds; whatever was
    interrupted is finished by applying again.
    """
    tenancy, run = identity_of(context, path), runs.new_run_id()
    refuse_without_space(context.store, context.bucket, taken_by(context.bucket, tenancy))
    actor = context.actor(place(context, path).site)
    with (
        leased(context.store, tenancy, run, actor=actor, command="apply"),
        given(context, path, run) as drafted,
    ):
        if drafted.specs is None:
            raise NotAdmitted(build(context, drafted))
        with run_clouds(drafted.cloud, drafted.where.project, drafted.fitted.site.operator_domain) as clouds:
            after = recover(context.store, drafted.where, clouds, notify)
            stacks = replace(open_stacks(context, drafted, clouds), run=run)
            plan = plan_of(context, stacks)
            _check(plan, permit, context)
            if permit.reviewed is not None:
                plan = replace(plan, id=permit.reviewed.id)  # it is what was reviewed: it bears that name everywhere
            if not ask(plan):
                raise Cancelled("plan.cancelled")
            refuse_standstill(context, tenancy, drafted.fitted.site.name)
            record = {"recovered": [one.id for one in after]} if after else {}
            _carry_out(Work(context, stacks, plan, run, notify, record), permit)
    return plan


def _check(plan: Plan, permit: Permit, context: Context) -> None:
    if permit.reviewed is not None:
        known = [run for run in runs.history(context.store, plan.tenancy) if run.plan == permit.reviewed.id]
        guard(permit.reviewed, plan, next((run for run in known if run.kind == "apply"), None))
        refuse_unrecorded(permit.reviewed, known)
    refuse_unless_admitted(plan)
    lost = [label for label in plan.losses if label not in permit.data_loss]
    deletions, cap = plan.deletions, plan.delete_cap
    much = deletions > max(cap, permit.deletions or 0)
    if lost:
        also = say("plan.loses-data-and-much", count=deletions, cap=cap) if much else ""
        raise Refused("plan.loses-data", steps=", ".join(lost), flags=flags(lost), also=also)
    if much:
        raise Refused("plan.deletes-much", count=deletions, cap=cap)


def _carry_out(work: Work, permit: Permit) -> None:
    plan, store = work.plan, work.context.store
    drafted, reality = work.stacks.draft, work.stacks.reality
    assert drafted.allocation is not None
    work.record |= told.keep(store, reality.applied, reality.corrected)
    runs.begin(
        store,
        runs.Run(
            work.run,
            plan.tenancy,
            "apply",
            plan.actor,
            reason=permit.reason,
            plan=plan.id,
            record={**_evidence(plan), **work.record},
        ),
    )
    outcome = "failed"
    try:
        with draining(work.notify):
            _claim_and_save(work)
            before = work.stacks.reality
            if before.remains:
                work.record["removed"] = list(plan.remains)
                remove(drafted.where, before.remains, work.notify)
            # what is in the way of the engine first; a machine is plugged in again when its port stands
            _mend(work, [one for one in before.ours if one.property != PLUG])
            _stages(work)
            _prove(work, again=bool(before.ours or before.corrected))
            assert drafted.specs is not None
            assert drafted.allocation is not None
            _save(work, "active", replace(drafted.allocation, limits=wanted(drafted.specs.quota)))
        outcome = "done"
    except (Interrupted, KeyboardInterrupt):
        outcome = "interrupted"
        raise
    except GovcloudError as error:
        work.record |= runs.why(error)
        raise
    finally:
        runs.end(store, work.run, outcome, {**_evidence(plan), **work.record})


def _evidence(plan: Plan) -> dict[str, Any]:
    return {
        "effect": plan.effect(),
        "bound": vars(plan.bound),
        "steps": [[s.stack, s.op, s.label] for s in plan.steps if not s.scaffolding],
        "quotas": [[q.service, q.key, q.before, q.after] for q in plan.quotas],
        "findings": [[j.rule, j.stage, j.status, j.on] for j in plan.judgements if j.status != "not-applicable"],
    }


def _claim_and_save(work: Work) -> None:
    """Own the operator's domain, and write down what is given before anything is built with it."""
    drafted, store = work.stacks.draft, work.context.store
    site = drafted.fitted.site
    claim(drafted.cloud, drafted.facts.domains[site.operator_domain], site.operator_domain, store.id)
    work.context.begin()
    texts.keep(store, drafted.texts.values())
    codes = [drafted.fitted.department.uscc, *drafted.fitted.department.former]
    tenancies.save_domain(store, site.name, codes, drafted.identity.domain)
    known = drafted.known
    if known and known.system != drafted.identity.system:
        keep_code(store, known.system, known.id)
    stage = known.stage if known and known.stage == "active" else "admitted"
    # until it is done, what was given before may stand as well: nobody else gets it, and it is known for ours
    assert drafted.allocation is not None
    _save(work, stage, drafted.allocation.beside(known.allocation if known else None))
    tenancies.unreserve(store, drafted.identity.tenancy)


def _save(work: Work, stage: str, allocation: Allocation) -> None:
    """Write down what the tenancy has; its limits are those of the layer that stands."""
    drafted = work.stacks.draft
    request, known = drafted.fitted.request, drafted.known
    tenancies.save(
        work.context.store,
        Tenancy(
            id=drafted.identity.tenancy,
            site=drafted.fitted.site.name,
            department=drafted.fitted.department.uscc,
            system=drafted.identity.system,
            name=request.system.name,
            environment=request.environment,
            path=drafted.path,
            until=str(request.until),
            stage=stage,
            isolated=bool(known and known.isolated),
            hold=known.hold if known else None,
            allocation=allocation,
            digest=drafted.fitted.loaded.digest,
            changed="",
        ),
    )


def _stages(work: Work) -> None:
    """Department, tenancy, quotas, iaas: each only where something is to be done."""
    with leased(
        work.context.store,
        f"department/{work.stacks.draft.identity.domain}",
        work.run,
        actor=work.plan.actor,
        command="apply",
    ) as dead:
        take_over(work.stacks.draft.where, dead, work.stacks.clouds)
        _up(work, "department")
    _up(work, "tenancy")
    asked = any(step.stack == "iaas" for step in work.plan.steps) or work.stacks.corrected("iaas") is not None
    if not work.plan.quotas and not asked:
        return
    drafted = work.stacks.draft
    assert drafted.specs is not None
    assert drafted.allocation is not None
    project = work.stacks.lower[symbols.project("iaas")]
    with (
        _step(work.notify, "quota"),
        quota_stage(drafted.cloud, project, drafted.specs.quota, stood=drafted.allocation.limits),
        explained(drafted.cloud, project, drafted.identity.tenancy),
    ):
        _up(work, "iaas")


def _up(work: Work, stack: Stack) -> None:
    wanted = any(step.stack == stack for step in work.plan.steps)
    stacks, corrected = work.stacks, work.stacks.corrected(stack)
    # where the cloud was changed to just what we want, nothing is to be done but to write it down
    if stacks.exists(stack) and not wanted and corrected is None:
        return
    start = time.monotonic()
    job = replace(stacks.job(stack), estimate=estimate(step for step in work.plan.steps if step.stack == stack))
    if corrected is not None:
        engine_runs.rewrite(stacks.engine, job, corrected)
    outputs = engine_runs.up(stacks.engine, job, work.notify, exists=stacks.exists(stack))
    work.record[f"seconds_{stack}"] = round(time.monotonic() - start, 1)
    work.stacks = stacks.with_state(stack, State((), outputs, ()))


def _mend(work: Work, differences: Iterable[Difference]) -> None:
    if work.plan.mends:
        done = mend_all(work.stacks.draft.cloud, work.plan.mends, differences)
        work.record.setdefault("mended", []).extend(done)


def _prove(work: Work, *, again: bool) -> None:
    """The second preview is empty, and the APIs say that everything is there and usable.

    Where something differed before, we look `again`: nothing that was applied may differ now.
    """
    drafted = work.stacks.draft
    assert drafted.specs is not None
    with _step(work.notify, "verify"):
        problems = list(_still(work)) if again else []
        problems += verify(drafted.cloud, work.stacks.lower[symbols.project("iaas")], drafted.specs.iaas)
        stacks = work.stacks.afresh()
        problems += [
            Problem("plan.not-settled", {"step": f"{step.stack}/{step.label}", "op": step.op})
            for step in stacks.previews()
        ]
        work.record["verified"] = not problems
        if problems:
            raise Unproven(work.plan.tenancy, problems)
        work.record[RECORD] = stacks.questions()


def _still(work: Work) -> Iterator[Problem]:
    """What differs still after the engine and we put things right."""
    drafted = work.stacks.draft
    found = tenancies.find(work.context.store, drafted.identity.tenancy)
    # somebody may have cut it off, or ended that, meanwhile
    where = replace(drafted.where, applied=drafted.allocation, isolated=bool(found and found.isolated))
    _mend(work, look(where, work.stacks.clouds).ours)
    for one in look(where, work.stacks.clouds).ours:
        params = {"what": one.what, "property": one.property or one.how, "applied": one.applied, "found": one.found}
        yield Problem("plan.still-differs", params)


class Unproven(ResourceFailed):
    """Everything was applied, but what stands there is not what was meant."""

    def __init__(self, tenancy: str, problems: list[Problem]) -> None:
        super().__init__("plan.unproven", tenancy=tenancy, count=len(problems))
        self._problems = tuple(problems)

    def problems(self) -> tuple[Problem, ...]:
        """What is not as it should be."""
        return self._problems


@contextmanager
def _step(notify: Notify, what: str) -> Iterator[None]:
    start = time.monotonic()
    notify(Event(what, "started"))
    try:
        yield
    except GovcloudError:
        notify(Event(what, "failed", seconds=time.monotonic() - start))
        raise
    notify(Event(what, "done", seconds=time.monotonic() - start))
