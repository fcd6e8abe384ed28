"""Isolation (隔离): a tenancy's traffic is cut at once, stays cut, and comes back as it was."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.inventory import project_ids
from govcloud.cloud.write.isolate import Plug, in_sight, plugs, turn
from govcloud.engine.living import end_run
from govcloud.errors import AuthenticationFailed, GovcloudError, Interrupted, Locked, ResourceFailed, UsageError
from govcloud.events import Event, Notify, ignore
from govcloud.plan.compare import NETWORK
from govcloud.plan.context import Context
from govcloud.plan.elsewhere import Elsewhere
from govcloud.plan.protect import end_dead, leased, recorded
from govcloud.plan.standing import refuse_unseen
from govcloud.plan.target import refuse_ended, tenancy_of, whereabouts
from govcloud.stopping import stopping
from govcloud.store import leases, tenancies
from govcloud.store.isolations import ENDS, HOLD, ISOLATION, isolation_of
from govcloud.store.leases import Lease
from govcloud.store.store import Store
from govcloud.store.tenancies import Tenancy
from govcloud.text import say

# how long whoever is at work may finish what is in flight before its engine is ended; how long, and how often, we try;
# how long a site may take to answer before others go first; all in seconds
TIDY: Final = 20.0
PATIENCE: Final = 50.0
LOOK: Final = 5.0
SWEEP: Final = 1.0

T = TypeVar("T")


@dataclass(frozen=True)
class Cut:
    """What an isolation did: the ports it turned off, how many are down now with those that were before, the seconds
    after which nothing was up and nobody at work any more, who was interrupted, and the group of the department's
    people who may undo it, where there is one.
    """

    ports: Sequence[str]
    down: int
    seconds: float
    interrupted: Lease | None
    members: str


@dataclass(frozen=True)
class Released:
    """What a release ended, a hold or an isolation or nothing; the tenancy before, and the ports it turned on."""

    ended: str
    tenancy: Tenancy
    ports: Sequence[str] = ()


@dataclass(frozen=True)
class _Patience:
    """Asks again while a service is busy, until a moment of the monotonic clock in seconds, and says that it does."""

    until: float
    notify: Notify = ignore

    @property
    def over(self) -> bool:
        return time.monotonic() > self.until

    def get(self, ask: Callable[[], T]) -> T:
        """What `ask` answers in the end; who may not, or looks elsewhere, will not see more a second later."""
        said = False
        while True:
            try:
                return ask()
            except (AuthenticationFailed, Elsewhere):
                raise
            except GovcloudError as error:
                if self.over:
                    raise
                if not said:
                    reason, left = say(error.code, **error.params), round(self.until - time.monotonic())
                    self.notify(Event("isolate", "note", say("plan.isolate-again", reason=reason, seconds=left)))
                said = True
            time.sleep(SWEEP)


def isolate(
    context: Context, tenancy: Tenancy, notify: Notify = ignore, *, reason: str, until: float | None = None
) -> Cut:
    """Cut the tenancy's traffic now; the next apply keeps it cut.

    A cloud that does not answer is asked again `until` a moment of the monotonic clock in seconds, by default for
    PATIENCE; once it did, PATIENCE goes for the rest.

    The mark is written first: an apply that begins from now on builds ports that are down. One that is at work does not
    know of it: it is interrupted, and what it still makes is turned off as it comes.
    """
    start, store = time.monotonic(), context.store
    patience = _Patience(start + PATIENCE if until is None else until, notify)
    refuse_ended(tenancy_of(context, tenancy.id))
    site = context.site_of(tenancy.id, tenancy.site)
    patience.get(lambda: context.actor(site))  # who it is goes on record

    def before() -> dict[str, list[str]]:
        plugged = _found(context, tenancy, patience)
        standing = isolation_of(store, tenancy_of(context, tenancy.id))
        return {"down": list(standing.down) if standing else [plug.id for plug in plugged if not plug.up]}

    with (
        recorded(context, tenancy, "isolate", reason, before) as (run, actor, record),
        stopping(Interrupted("plan.isolate-broken", tenancy=tenancy.id, run=run)),
    ):
        tenancies.set_isolated(store, tenancy.id, isolated=True)
        with leases.interrupting(store, tenancy.id, run, actor=actor, command="isolate") as holder:
            names, down, stirred = _cut(context, tenancy, _Patience(time.monotonic() + PATIENCE, notify))
            record |= {"ports": names, "seconds": round(time.monotonic() - start, 1)}
            if holder is not None:
                record["interrupted"] = {"run": holder.run, "actor": holder.actor, "command": holder.command}
            left = leases.held(store, tenancy.id)
            if left is not None and left.alive:
                raise Locked("plan.isolate-busy", tenancy=tenancy.id, count=down, **left.who)
            if stirred:
                raise ResourceFailed("plan.isolate-undone", tenancy=tenancy.id, seconds=round(PATIENCE))
    return Cut(names, down, record["seconds"], holder, _members(context, tenancy))


def is_marked(context: Context, tenancy: Tenancy) -> bool:
    """Is a tenancy to be cut off by now, or has it no traffic any more?"""
    known = tenancy_of(context, tenancy.id)
    return known.isolated or known.stage == "ended"


def silent_sites(context: Context, several: Iterable[Tenancy]) -> Collection[str]:
    """The sites among those of several tenancies that do not answer within LOOK; why, `isolate` tells.

    All are asked at once, and nobody waits for one that keeps its silence.
    """
    one_of, answered = {tenancy.site: tenancy for tenancy in several}, set[str]()
    if len(one_of) == 1:
        return ()

    def ask(tenancy: Tenancy) -> None:
        with suppress(GovcloudError):
            context.actor(context.site_of(tenancy.id, tenancy.site))
            _plugs(context, tenancy)
            answered.add(tenancy.site)

    asking = [threading.Thread(target=ask, args=(tenancy,), daemon=True) for tenancy in one_of.values()]
    until = time.monotonic() + LOOK
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(max(0.0, until - time.monotonic()))
    return one_of.keys() - answered


def to_end(store: Store, tenancy: Tenancy, only: str = "") -> str:
    """What a release of the tenancy is to end: its hold, its isolation, or, as an empty word, nothing.

    They may be of two persons and for two reasons: where both stand, `only` says which is meant. Raises UsageError
    where nobody said.
    """
    cut, hold = isolation_of(store, tenancy), tenancy.hold
    if cut and hold and not only:
        raise UsageError(
            "plan.release-which", tenancy=tenancy.id, who=hold.who, why=hold.why, ticket=hold.ticket or "-",
            cutter=cut.who, reason=cut.why,
        )  # fmt: skip
    standing = (word for word, stands in ((HOLD, hold), (ISOLATION, cut)) if stands and only in ("", word))
    return next(standing, "")


def release(context: Context, tenancy: Tenancy, *, reason: str, only: str = "") -> Released:
    """End a hold, or let traffic flow again as before the isolation.

    What was down before it, for whatever reason, stays down. The mark goes last: a release that broke off is released
    again.
    """
    store = context.store
    tenancy = tenancy_of(context, tenancy.id)
    ends = to_end(store, tenancy, only)
    with recorded(context, tenancy, "release", reason, lambda: {ENDS: ends}) as (run, actor, record):
        if ends == HOLD:
            record["held"] = vars(tenancy.hold) if tenancy.hold else None
            tenancies.set_hold(store, tenancy.id, None)
        if ends != ISOLATION:
            return Released(ends, tenancy)
        with leased(store, tenancy.id, run, actor=actor, command="release"):
            standing = isolation_of(store, tenancy)
            before = standing.down if standing else ()
            found = _found(context, tenancy, _Patience(time.monotonic()))
            wanted = [plug for plug in found if not plug.up and plug.id not in before]
            record["ports"] = names = list(map(_called, wanted))
            with stopping(Interrupted("plan.release-broken", tenancy=tenancy.id, run=run)):
                turn(_cloud(context, tenancy), wanted, up=True)
                tenancies.set_isolated(store, tenancy.id, isolated=False)
    return Released(ends, tenancy, names)


def _cut(context: Context, tenancy: Tenancy, patience: _Patience) -> tuple[list[str], int, bool]:
    """Turn off everything, again and again until nothing is up and nobody at work; the names of what was turned off,
    how many ports are down then, and whether somebody who is none of us turned some on again to the end.
    """
    names, down, tidy = set[str](), 0, time.monotonic() + TIDY

    def off() -> bool:
        nonlocal down
        plugged = _plugs(context, tenancy)
        down, found = len(plugged), [plug for plug in plugged if plug.up]
        names.update(map(_called, found))
        turn(_cloud(context, tenancy), found, up=False)
        return bool(found)

    while True:
        left = leases.held(context.store, tenancy.id)
        working, late, ended = left is not None and left.alive, patience.over, False
        stirred = patience.get(off)
        if left is not None and (not working or time.monotonic() > tidy):
            # it outlives whoever started it; what it was just making, the next apply finds
            ended = bool(end_run(left.run) if working else end_dead(context.store, left))
        if not (stirred or ended or working) or late:
            return sorted(names), down, stirred and not (ended or working)
        time.sleep(SWEEP)


def _called(plug: Plug) -> str:
    return plug.name or plug.id


def _found(context: Context, tenancy: Tenancy, patience: _Patience) -> list[Plug]:
    """What is plugged in, before any of it is turned: where nothing is, the stacks tell whether it lies elsewhere.

    That is asked only then, for who cuts something off must not need an engine. Raises Elsewhere; ResourceFailed where
    it has networks and we see none, for want of the right to look, or where it stands and nothing says where.
    """
    if found := patience.get(lambda: _plugs(context, tenancy)):
        return found
    where = whereabouts(context, tenancy)
    cloud, domain = where.cloud, where.site.operator_domain
    states = patience.get(lambda: refuse_unseen(where))
    projects = project_ids(cloud, domain, f"{tenancy.id}-").values()
    networks = any(one.type == NETWORK for one in states["iaas"].resources)
    blind = bool(projects) and networks and not any(in_sight(cloud, project) for project in projects)
    if blind or ("iaas" in where.built and not projects and not states["tenancy"].resources):
        raise ResourceFailed(
            "plan.not-seen", tenancy=tenancy.id, cloud=cloud.name, domain=domain, user=cloud.user_name(),
            site=where.site.name, path=tenancy.path,
        )  # fmt: skip
    return []


def _plugs(context: Context, tenancy: Tenancy) -> list[Plug]:
    """Everything of the tenancy's that is plugged in."""
    cloud, domain = _cloud(context, tenancy), context.site_of(tenancy.id, tenancy.site).operator_domain
    projects = project_ids(cloud, domain, f"{tenancy.id}-")
    return [plug for project in projects.values() for plug in plugs(cloud, project)]


def _cloud(context: Context, tenancy: Tenancy) -> Cloud:
    return context.cloud(context.site_of(tenancy.id, tenancy.site))


def _members(context: Context, tenancy: Tenancy) -> str:
    """The group whose people may turn ports on by themselves, where the department serves itself."""
    departments = context.repository.departments.values()
    serving = any(tenancy.department in (one.uscc, *one.former) and one.self_service for one in departments)
    return f"{tenancy.id}-members" if serving else ""
