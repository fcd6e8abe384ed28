"""Hold, unlock, and the record of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from govcloud.cloud.connect import run_clouds
from govcloud.engine.living import end_run
from govcloud.errors import GovcloudError, Refused
from govcloud.plan.context import Context
from govcloud.plan.reality import Whereabouts
from govcloud.plan.target import refuse_ended, tenancy_of, whereabouts
from govcloud.spec.symbols import Stack
from govcloud.store import leases, runs, tenancies
from govcloud.store.leases import Lease
from govcloud.store.store import Store, now
from govcloud.store.tenancies import Tenancy


def hold(context: Context, tenancy: Tenancy, *, reason: str, ticket: str) -> None:
    """No changes from now on, until released; a change under way goes on to its end.

    Raises Refused where it is held already: who did that, and why, must not be forgotten.
    """
    standing = tenancy_of(context, tenancy.id).hold
    if standing is not None:
        params: Mapping[str, Any] = {"who": standing.who, "why": standing.why, "ticket": standing.ticket or "-"}
        raise Refused("plan.held-already", tenancy=tenancy.id, **params)
    with recorded(context, tenancy, "hold", reason) as (_, actor, record):
        record["ticket"] = ticket
        since = now().isoformat(timespec="seconds")
        tenancies.set_hold(context.store, tenancy.id, tenancies.Hold(actor, reason, ticket, since))


def lease_of(context: Context, tenancy: Tenancy) -> Lease | None:
    """Who holds the tenancy's lease, or None."""
    return leases.held(context.store, tenancy.id)


@contextmanager
def leased(store: Store, name: str, run: str, *, actor: str, command: str) -> Iterator[Lease | None]:
    """Hold a lease while the block runs, as `leases.lease`; what outlives a dead one's run is ended first."""
    dead = leases.held(store, name)
    if dead is not None and not dead.alive:
        end_dead(store, dead)
    with leases.lease(store, name, run, actor=actor, command=command) as since:
        yield dead or since


def end_dead(store: Store, dead: Lease) -> list[int]:
    """End what outlives the holder of a lease, and remove the lease; returns the pids of what was at work until now."""
    outlived = end_run(dead.run)
    # noted at once: nobody could tell later
    leases.release(store, dead, over=now() if outlived else None)
    return outlived


def unlock(context: Context, tenancy: Tenancy, *, reason: str) -> Lease | None:
    """Break the lease and the engine's locks of a run that is dead; returns the lease that was broken.

    Raises Locked while its process lives: that one is to be interrupted, not unlocked.
    """
    found = lease_of(context, tenancy)
    if found is not None and found.alive:
        raise leases.locked(tenancy.id, found)
    with (
        recorded(context, tenancy, "unlock", reason) as (run, actor, record),
        leased(context.store, tenancy.id, run, actor=actor, command="unlock"),
    ):
        if found is not None:
            runs.lose(context.store, tenancy.id)
            record["broken"] = {"run": found.run, "actor": found.actor, "host": found.host, "pid": found.pid}
        _break_engine_locks(context, tenancy)
    return found


def _break_engine_locks(context: Context, tenancy: Tenancy) -> None:
    from govcloud.engine import runs as engine_runs  # noqa: PLC0415 - pulumi is loaded when an engine is

    where = whereabouts(context, tenancy)
    with run_clouds(where.cloud, where.project, where.site.operator_domain) as clouds:
        for stack, name in at_rest(context.store, where).items():
            engine_runs.unlock(context.engine, engine_runs.Job(name, stack, dict, clouds))


def at_rest(store: Store, where: Whereabouts) -> Mapping[Stack, str]:
    """The stacks whose locks are the dead's: a department's is shared, and another tenancy may be at work on it."""
    department = leases.held(store, f"department/{where.domain}")
    busy = not where.domain or (department is not None and department.alive)
    return {stack: name for stack, name in where.stacks.items() if not (busy and stack == "department")}


@contextmanager
def recorded(
    context: Context, tenancy: Tenancy, kind: str, reason: str, before: Callable[[], Mapping[str, Any]] = dict
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A run of this kind: begun, and ended whatever happens; yields its id, its actor and what is put on record.

    What was `before` is on record from its beginning; that it could not be seen is a failure of its own.
    """
    current = tenancy_of(context, tenancy.id)
    refuse_ended(current)
    actor = context.actor(context.site_of(tenancy.id, tenancy.site))
    run, outcome = runs.new_run_id(), "failed"
    begun = runs.Run(run, tenancy.id, kind, actor, reason=reason)
    try:
        record = dict(before())
    except GovcloudError as error:
        runs.note(context.store, replace(begun, record=runs.why(error)), outcome)
        raise
    runs.begin(context.store, replace(begun, record=record))
    try:
        yield run, actor, record
        outcome = "done"
    except GovcloudError as error:
        record |= runs.why(error)
        raise
    finally:
        runs.end(context.store, run, outcome, record)
