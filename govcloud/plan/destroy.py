"""Ending a tenancy: the layers in reverse, its quotas and default groups, then proof that nothing is left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from govcloud.cloud.connect import run_clouds
from govcloud.cloud.read.inventory import Thing, inventory, neutrons_own, project_ids
from govcloud.cloud.read.people import living_in_domain, works_in
from govcloud.cloud.write.people import let_us_in
from govcloud.cloud.write.projects import drop_default_group
from govcloud.cloud.write.quotas import drop_quotas
from govcloud.engine import runs as engine_runs
from govcloud.engine.processes import draining
from govcloud.engine.runs import Job
from govcloud.engine.state import Held, State
from govcloud.engine.steps import KINDS, name_of
from govcloud.errors import Cancelled, Interrupted, Refused, ResourceFailed
from govcloud.events import Event, Notify
from govcloud.plan.blocks import locked, refuse_standstill
from govcloud.plan.compare import PROJECT, USER_GROUP, Difference, label
from govcloud.plan.context import Context
from govcloud.plan.diskspace import refuse_without_space, taken_by
from govcloud.plan.protect import leased
from govcloud.plan.reality import Whereabouts, ids, look
from govcloud.plan.recover import recover, remains_of, remove
from govcloud.plan.target import refuse_ended, whereabouts
from govcloud.spec.symbols import Stack
from govcloud.spec.tenancy import OPERATOR_ROLE
from govcloud.store import runs, tenancies
from govcloud.store.store import Store
from govcloud.store.tenancies import Tenancy

Ask = Callable[["Ending"], bool]


@dataclass(frozen=True)
class Ending:
    """What destroying a tenancy would take away: its resources by stack, and what is not in the records.

    `foreign` things stand in its projects or on what is its own, but not in our state; while there are any, nothing is
    destroyed. `last` is true when the department has no other tenancy on the site, so that its domain goes too. `gone`
    are the urns of what our state holds and the cloud does not, `remains` what earlier runs made and did not write
    down. While machines are `locked` nothing is destroyed either.
    """

    tenancy: Tenancy
    where: Whereabouts
    states: Mapping[Stack, State]
    projects: Mapping[str, str]
    foreign: tuple[Thing, ...]
    last: bool
    gone: frozenset[str] = frozenset()
    remains: tuple[Difference, ...] = ()
    locked: tuple[Held, ...] = ()

    @property
    def resources(self) -> list[str]:
        """The resources that would go, as `stack/kind name`."""
        return [one.what for one in self.remains] + [
            f"{stack}/{KINDS.get(held.type, held.type)} {name_of(held.urn)}"
            for stack, state in self.states.items()
            for held in (*state.resources, *state.leaving)
            if held.in_cloud and held.urn not in self.gone and (stack != "department" or self.last)
        ]


def survey(context: Context, tenancy: Tenancy, where: Whereabouts, clouds: Path) -> Ending:
    """What there is of a tenancy, and what stands there besides. Reads only."""
    reality = look(where, clouds, remains_of(context.store, where))
    last = _is_last(context.store, tenancy, where.domain)
    remains = going(reality.remains, "" if last else where.domain)
    states, gone = reality.states, frozenset(one.urn for one in reality.differences if one.how == "missing")
    projects = {
        **{name_of(one.urn): one.id for one in states["tenancy"].resources if one.type == PROJECT},
        **_projects(where),
    }
    # an attachment's id is made of two ids
    held = [one for state in states.values() for one in (*state.resources, *state.leaving)]
    ours = {part for one in held for part in one.id.split("/")}
    ours |= {one.id for one in remains}
    found = [*_bearing_our_name(where), *inventory(where.cloud, projects.values())]
    strange = {thing.id: thing for thing in found if thing.id not in ours and not neutrons_own(thing)}
    foreign = tuple(sorted(strange.values()))
    return Ending(tenancy, where, states, projects, foreign, last, gone, remains, tuple(locked(reality)))


def going(remains: Iterable[Difference], shared: str) -> tuple[Difference, ...]:
    """What earlier runs left and goes with the tenancy: not the domain that it has shared with others of its
    department, for one of them may have made it, and uses it.
    """
    return tuple(one for one in remains if not shared or shared not in one.mark[:2])


def _is_last(store: Store, tenancy: Tenancy, domain: str) -> bool:
    """Has its department no other tenancy on its site?"""
    siblings = [t for t in tenancies.all_tenancies(store) if t.id != tenancy.id and t.site == tenancy.site]
    return not any(t.allocation and t.allocation.domain == domain for t in siblings)


def _projects(where: Whereabouts) -> Mapping[str, str]:
    """The tenancy's projects that Keystone knows, by name."""
    return project_ids(where.cloud, where.site.operator_domain, f"{where.tenancy}-")


def _enter(where: Whereabouts) -> None:
    """Whoever ends a tenancy must get into its projects; who applied it last may have been somebody else."""
    for project in _projects(where).values():
        if not works_in(where.cloud, project, OPERATOR_ROLE):
            let_us_in(where.cloud, project, OPERATOR_ROLE)


def _bearing_our_name(where: Whereabouts) -> list[Thing]:
    """The tenancy's projects themselves."""
    return [Thing("identity", "project", id_, name, id_) for name, id_ in _projects(where).items()]


def destroy(context: Context, tenancy: Tenancy, ask: Ask, notify: Notify, *, reason: str = "") -> list[str]:
    """End a tenancy; returns what had to stay behind (a domain with people or projects in it), which is no failure.

    Raises Refused while it is held or isolated, foreign things stand there or machines are locked; ResourceFailed with
    every leftover when something did not go.
    """
    refuse_ended(tenancy)
    refuse_protected(context, tenancy)
    refuse_without_space(context.store, context.bucket, taken_by(context.bucket, tenancy.id))
    run, where = runs.new_run_id(), whereabouts(context, tenancy)
    actor = where.cloud.user_name()
    with (
        leased(context.store, tenancy.id, run, actor=actor, command="destroy"),
        # somebody may have deleted its project, or given it another name: nobody can log in there then
        run_clouds(
            where.cloud, where.project if where.project in _projects(where) else None, where.site.operator_domain
        ) as clouds,
    ):
        recover(context.store, where, clouds, notify)
        ending = survey(context, tenancy, where, clouds)
        if ending.foreign:
            raise Refused("plan.foreign-things", tenancy=tenancy.id, things=_list(ending.foreign))
        if ending.locked:
            what, ids_ = ", ".join(map(label, ending.locked)), " ".join(one.id for one in ending.locked)
            raise Refused("plan.server-locked", what=what, id=ids_)
        if not ask(ending):
            raise Cancelled("plan.cancelled")
        refuse_protected(context, tenancy)
        runs.begin(context.store, runs.Run(run, tenancy.id, "destroy", actor, reason=reason))
        record: dict[str, Any] = {"resources": ending.resources}
        department = leased(context.store, f"department/{where.domain}", run, actor=actor, command="destroy")
        try:
            with draining(notify):
                _enter(where)
                remove(where, ending.remains, notify)
                down = partial(_down, ending, clouds=clouds, run=run, notify=notify)
                stayed = _end(context, ending, down, department, notify)
            record["stayed"] = stayed
            # not before it is known whether somebody pressed Ctrl-C: an interrupted destroy must be possible again
            tenancies.end(context.store, tenancy.id, run, record)
        except BaseException as error:
            stopped = isinstance(error, Interrupted | KeyboardInterrupt)
            runs.end(context.store, run, "interrupted" if stopped else "failed", {**record, **runs.why(error)})
            raise
    return stayed


def refuse_protected(context: Context, tenancy: Tenancy) -> None:
    """Raise Refused where nothing may change now, and where the tenancy is isolated, which keeps evidence.

    Asks no cloud: of several, it is known of all before the first one goes.
    """
    refuse_standstill(context, tenancy.id, tenancy.site)
    known = tenancies.find(context.store, tenancy.id)
    if known is not None and known.isolated:
        raise Refused("plan.destroys-evidence", tenancy=tenancy.id)


def _list(things: Iterable[Thing]) -> str:
    return "; ".join(f"{thing.service}: {thing.kind} {thing.name or thing.id}" for thing in things)


def _down(ending: Ending, stack: Stack, *, clouds: Path, run: str, notify: Notify) -> None:
    if ending.states[stack].exists:
        where = ending.where
        job = Job(where.stacks[stack], stack, dict, clouds, run, patience=where.cloud.patience)
        # a domain that is gone cannot be disabled: its provider would fail for ever
        engine_runs.forget(where.engine, job, ending.gone)
        engine_runs.destroy(where.engine, job, notify)


def _end(
    context: Context,
    ending: Ending,
    down: Callable[[Stack], None],
    department: AbstractContextManager[object],
    notify: Notify,
) -> list[str]:
    """Take down one after the other; `department` is the lease of what the tenancies of a department share."""
    tenancy, where = ending.tenancy, ending.where
    down("iaas")
    _close_projects(ending, notify)
    down("tenancy")
    stayed: list[str] = []
    if ending.last:
        with department:
            # another may have been admitted since we looked: it is written down before it holds this lease
            if _is_last(context.store, tenancy, where.domain):
                stayed = end_department(ending, down)
                if not stayed:
                    tenancies.forget_domain(context.store, where.site.name, where.domain)
    _confirm_gone(ending)
    return stayed


def _close_projects(ending: Ending, notify: Notify) -> None:
    """A project is deleted only when it is empty; its quotas and default group go first, for Keystone leaves them."""
    start = time.monotonic()
    notify(Event("quota", "started"))
    left = [t for t in inventory(ending.where.cloud, ending.projects.values()) if not neutrons_own(t)]
    if left:
        raise Leftovers(ending.tenancy.id, left)
    living = _projects(ending.where).values()
    for project in ending.projects.values():
        drop_default_group(ending.where.cloud, project)
        if project in living:
            drop_quotas(ending.where.cloud, project)
    notify(Event("quota", "done", seconds=time.monotonic() - start))


def end_department(ending: Ending, down: Callable[[Stack], None]) -> list[str]:
    """The department's domain goes with its last tenancy, unless somebody or something is in it.

    What was made of it stands among the resources: a stack that was cut off in the middle has no outputs.
    """
    state = ending.states["department"]
    own = {*ids(state, USER_GROUP)}
    living = [one for domain in ids(state, PROJECT) for one in living_in_domain(ending.where.cloud, domain, but=own)]
    if living:
        return [f"identity: domain {ending.where.domain}: {', '.join(living)}"]
    down("department")
    return []


def _confirm_gone(ending: Ending) -> None:
    """Read every service once more: nothing of the tenancy may be left."""
    left = [*inventory(ending.where.cloud, ending.projects.values()), *_bearing_our_name(ending.where)]
    if left:
        raise Leftovers(ending.tenancy.id, left)


class Leftovers(ResourceFailed):
    """Something of a tenancy is still there."""

    def __init__(self, tenancy: str, left: list[Thing]) -> None:
        super().__init__("plan.leftovers", tenancy=tenancy, things=_list(left))
        self.left = tuple(left)
