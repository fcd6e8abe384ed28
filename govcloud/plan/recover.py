"""After runs that died or failed: what they left running ends, locks open, what they made and did not write down goes.

The last is in the plan, and is done when the plan is; so is what they began and did not end. Such an orphan stands in a
project of the tenancy, is in no state, bears our name where its kind has names, and came into being while such a run
was at work: it is new and nobody uses it yet. What is older or younger is somebody's, and stays; in records from a
backup so does what came after that was made.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from govcloud.cloud.read.inventory import project_ids
from govcloud.cloud.read.machines import in_change, resize_began
from govcloud.cloud.read.occupied import is_occupied
from govcloud.cloud.run_folder import sweep_runs
from govcloud.cloud.write.orphans import NAMELESS, REMOVALS, UNDATED, is_stillborn, remove_orphans
from govcloud.engine.living import end_run, is_at_work
from govcloud.engine.patience import USUAL
from govcloud.events import Event, Notify
from govcloud.plan.compare import PROJECT, UNCONFIRMED, Difference
from govcloud.plan.dataloss import HOLDING, moment
from govcloud.plan.protect import at_rest, end_dead
from govcloud.plan.reality import Remains, Whereabouts
from govcloud.spec.symbols import Stack
from govcloud.store.leases import Lease, held
from govcloud.store.runs import Run, lose, unsettled
from govcloud.store.store import Store, now
from govcloud.text import say

IDENTITY: Final = "openstack:identity/"
# clocks of clouds differ from ours
SKEW: Final = dt.timedelta(seconds=15)
# a request that was on its way when its sender died may still take effect
SETTLING: Final = dt.timedelta(seconds=2)


def recover(store: Store, where: Whereabouts, clouds: Path, notify: Notify) -> list[Run]:
    """End what runs that did not end well still have at work, and open their locks; returns these runs, newest first.

    For the holder of the tenancy's lease, whose own run has not begun. Nothing goes from the cloud: what they left
    there is in the plan, and goes when somebody said yes.
    """
    found = unsettled(store, where.tenancy)
    if not found:
        return []
    start = time.monotonic()
    notify(Event("recover", "started", say("plan.recovering", count=len(found))))
    # an engine outlives whoever started it, and may have been at work until now
    ended = [pid for one in found for pid in end_run(one.id)]
    shared = held(store, f"department/{where.domain}")
    if shared is not None and not shared.alive:
        end_dead(store, shared)
    lose(store, where.tenancy, over=now() if ended else None)
    sweep_runs()
    # a department's stack is shared: while another tenancy is at work on it, what is unfinished there is not ours
    _clear(where, at_rest(store, where), clouds)
    found = unsettled(store, where.tenancy)
    _settle(found)
    _await_machines(where, notify)
    notify(Event("recover", "done", seconds=time.monotonic() - start))
    return found


def take_over(where: Whereabouts, dead: Lease | None, clouds: Path) -> None:
    """The same for what a department's tenancies share, by the holder of its lease: another may have died on it."""
    if dead is not None:
        _clear(where, {"department": where.stacks["department"]}, clouds)


def remains_of(store: Store, where: Whereabouts) -> Remains:
    """Tells what runs since the last good one left standing in the cloud; of whoever is at work it says nothing."""
    found = list(_ended(unsettled(store, where.tenancy), held(store, where.tenancy)))
    shared = "department" not in at_rest(store, where)

    def is_left(one: Difference) -> bool:
        if not found:
            return False
        if one.property == UNCONFIRMED:
            return is_begun(resize_began(where.cloud, one.id), found)
        stillborn = one.how == "changed" and is_stillborn(where.cloud, one.token, one.id)
        orphan = stillborn or is_orphan(one, found, where, shared=shared)
        return orphan and not is_occupied(where.cloud, where.tenancy, one.token, one.id)

    return is_left


def _ended(unsettled: Iterable[Run], lease: Lease | None) -> Iterator[Run]:
    """The runs that are over, with the end of those that died unnoticed."""
    for one in unsettled:
        if one.outcome != "running":
            yield one
        elif lease is None or lease.run != one.id or not lease.alive:
            yield replace(one, ended=_over(one, lease).isoformat(timespec="seconds"))


def _over(run: Run, lease: Lease | None) -> dt.datetime:
    """By when a run was over that died unnoticed; its engine may have outlived it."""
    if is_at_work(run.id):
        return now()
    if lease is not None and lease.run == run.id:
        return min(lease.over, now())
    # somebody took its lease since, and noted that
    return dt.datetime.fromisoformat(run.ended) if run.ended else now()


def remove(where: Whereabouts, remains: Collection[Difference], notify: Notify) -> list[str]:
    """Remove what remains of earlier runs; returns what it was."""
    if not remains:
        return []
    start = time.monotonic()
    notify(Event("remains", "started"))
    remove_orphans(where.cloud, {(one.token, one.id) for one in remains})
    removed = sorted({one.what for one in remains})
    notify(Event("remains", "done", ", ".join(removed), seconds=time.monotonic() - start))
    return removed


def _clear(where: Whereabouts, stacks: Mapping[Stack, str], clouds: Path) -> None:
    """Break the engine's locks and strike what was cut off from its states; the processes are gone."""
    from govcloud.engine import runs as engine_runs  # noqa: PLC0415 - pulumi is loaded when an engine is

    for stack, name in stacks.items():
        job = engine_runs.Job(name, stack, dict, clouds)
        engine_runs.unlock(where.engine, job)
        engine_runs.forget_pending(where.engine, job)


def _settle(unsettled: Collection[Run]) -> None:
    """Wait until what the last run sent has taken effect; a run that died is written off just now."""
    since = now() - max(dt.datetime.fromisoformat(one.ended) for one in unsettled)
    time.sleep(max(0.0, (SETTLING - since).total_seconds()))


def _await_machines(where: Whereabouts, notify: Notify) -> None:
    """Wait until Nova is done with what was asked of the machines, or for as long as a step may take.

    A resize takes minutes, and only then it is known how it ended. What takes longer is in the plan's way, which says
    so.
    """
    projects = project_ids(where.cloud, where.site.operator_domain, f"{where.tenancy}-").values()
    until, told = time.monotonic() + USUAL * where.cloud.patience, False
    while (names := in_change(where.cloud, projects)) and time.monotonic() < until:
        if not told:
            notify(Event("recover", "note", say("plan.awaiting", names=", ".join(names))))
            told = True
        time.sleep(1)


def is_begun(began: str, unsettled: Iterable[Run]) -> bool:
    """Did one of these runs begin what began then, and not come to end it? What has no beginning is nobody's."""
    return bool(began) and any(_during(one, began) for one in unsettled)


def is_orphan(difference: Difference, unsettled: Collection[Run], where: Whereabouts, *, shared: bool = False) -> bool:
    """Did one of these runs make this and not write it down? What is `shared` is another's now.

    Keystone does not say when something was made: there a name of ours must say whose it is.
    """
    token = difference.token
    if difference.how != "unmanaged" or token not in REMOVALS or not _bears_our_name(difference, where, shared=shared):
        return False
    if token.startswith(IDENTITY) or (token in UNDATED and not difference.born):
        return True
    return bool(difference.born) and any(_during(one, difference.born) for one in unsettled)


def _bears_our_name(difference: Difference, where: Whereabouts, *, shared: bool) -> bool:
    """What may hold data must bear our name and our mark, which it is born with; anything else one of them."""
    token, mark = difference.token, difference.mark
    if token == PROJECT:
        return where.project in mark[:1] or (where.domain in mark[:1] and not shared)
    if token.startswith(IDENTITY):
        said = " ".join(mark)
        return where.tenancy in said or (where.domain in said and not shared)
    named = any(one.startswith(f"{where.tenancy}-") for one in mark[:2])
    marked = difference.marked(where.tenancy)
    if token in HOLDING:
        return named and marked
    return token in NAMELESS or named or marked


def _during(run: Run, born: str) -> bool:
    """Did something come into being while a run was at work, and before its record was copied?

    The copy's moment counts to the second: clocks that differ by more would hide what was left just before it.
    """
    if run.copied and moment(born) > moment(run.copied):
        return False
    return moment(run.started) - SKEW <= moment(born) <= moment(run.ended) + SKEW
