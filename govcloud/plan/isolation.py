"""Isolation (隔离): a tenancy's traffic is cut at once, stays cut, and comes back as it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.inventory import project_ids
from govcloud.cloud.write.isolate import Plug, plugs, turn
from govcloud.engine.processes import end_run
from govcloud.errors import GovcloudError, Locked
from govcloud.plan.context import Context
from govcloud.plan.protect import recorded
from govcloud.store import leases, runs, tenancies
from govcloud.store.leases import Lease
from govcloud.store.store import Store
from govcloud.store.tenancies import Tenancy

# how long whoever is at work may take to end what is in flight, and how often we look meanwhile
PATIENCE: Final = 50.0
SWEEP: Final = 1.0


@dataclass(frozen=True)
class Cut:
    """What an isolation did: the ports it turned off, the seconds after which nothing was up and nobody at work any
    more, and who was interrupted.
    """

    ports: Sequence[str]
    seconds: float
    interrupted: Lease | None


def isolate(context: Context, tenancy: Tenancy, *, reason: str) -> Cut:
    """Cut the tenancy's traffic now; the next apply keeps it cut.

    The mark is written first: an apply that begins from now on builds ports that are down. One that is at work does not
    know of it: it is interrupted, and what it still makes is turned off as it comes.
    """
    start, store = time.monotonic(), context.store

    def before() -> dict[str, list[str]]:
        if tenancy.isolated:
            return {"down": _down_before(store, tenancy.id)}
        return {"down": [plug.id for plug in _plugs(context, tenancy) if not plug.up]}

    with recorded(context, tenancy, "isolate", reason, before) as (run, actor, record):
        tenancies.set_isolated(store, tenancy.id, isolated=True)
        with leases.interrupting(store, tenancy.id, run, actor=actor, command="isolate") as holder:
            names = _cut(context, tenancy, holder)
            record |= {"ports": names, "seconds": round(time.monotonic() - start, 1)}
            if holder is not None:
                record["interrupted"] = {"run": holder.run, "actor": holder.actor, "command": holder.command}
            left = leases.held(store, tenancy.id)
            if left is not None and left.alive:
                raise Locked(
                    "plan.isolate-busy", tenancy=tenancy.id, count=len(names), actor=left.actor, command=left.command,
                    host=left.host, pid=left.pid,
                )  # fmt: skip
    return Cut(names, record["seconds"], holder)


def release(context: Context, tenancy: Tenancy, *, reason: str) -> Sequence[str]:
    """End a hold, and let traffic flow again as before the isolation; returns the ports that were turned on.

    What was down before it, for whatever reason, stays down. The mark goes last: a release that broke off is released
    again.
    """
    with recorded(context, tenancy, "release", reason) as (run, actor, record):
        record["held"] = vars(tenancy.hold) if tenancy.hold else None
        if not tenancy.isolated:
            tenancies.set_hold(context.store, tenancy.id, None)
            return []
        with leases.lease(context.store, tenancy.id, run, actor=actor, command="release"):
            before = _down_before(context.store, tenancy.id)
            names = _sweep(context, tenancy, lambda plug: not plug.up and plug.id not in before, up=True)
            record["ports"] = names
            tenancies.set_hold(context.store, tenancy.id, None)
            tenancies.set_isolated(context.store, tenancy.id, isolated=False)
    return names


def _cut(context: Context, tenancy: Tenancy, holder: Lease | None) -> list[str]:
    """Turn off everything, again and again until nothing is up and nobody at work; the names of what was turned off."""
    names, deadline = set[str](), time.monotonic() + PATIENCE
    if holder is not None and not holder.alive:
        names |= set(_sweep(context, tenancy, _is_up, up=False))
        end_run(holder.run)  # an engine outlives whoever started it
    while True:
        left = leases.held(context.store, tenancy.id)
        working, late = left is not None and left.alive, time.monotonic() > deadline
        try:
            found = _sweep(context, tenancy, _is_up, up=False)
        except GovcloudError:
            # the others were tried all the same; a service that is busy may do it next time
            if late:
                raise
        else:
            names |= set(found)
            if late or not (found or working):
                return sorted(names)
        time.sleep(SWEEP)


def _is_up(plug: Plug) -> bool:
    return plug.up


def _sweep(context: Context, tenancy: Tenancy, which: Callable[[Plug], bool], *, up: bool) -> list[str]:
    """Turn some of a tenancy's ports; the names of those."""
    wanted = [plug for plug in _plugs(context, tenancy) if which(plug)]
    turn(_cloud(context, tenancy), wanted, up=up)
    return [plug.name or plug.id for plug in wanted]


def _plugs(context: Context, tenancy: Tenancy) -> list[Plug]:
    cloud, domain = _cloud(context, tenancy), context.repository.sites[tenancy.site].operator_domain
    projects = project_ids(cloud, domain, f"{tenancy.id}-")
    return [plug for project in projects.values() for plug in plugs(cloud, project)]


def _cloud(context: Context, tenancy: Tenancy) -> Cloud:
    return context.cloud(context.repository.sites[tenancy.site])


def _down_before(store: Store, tenancy: str) -> list[str]:
    """The ids of the ports that were down before the isolation that holds now."""
    for run in runs.history(store, tenancy):
        if run.kind == "isolate" and "down" in run.record:
            return list(run.record["down"])
        if run.kind == "release" and run.outcome == "done":
            break
    return []
