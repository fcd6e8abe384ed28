"""After runs that died or failed: what they left running ends, what they made and did not write down goes, locks open.

An orphan stands in a project of the tenancy, is in no state, bears our name where its kind has names, and came into
being while such a run was at work: it is new and nobody uses it yet. What is older is somebody's, and stays.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from govcloud.cloud.run_folder import sweep_runs
from govcloud.cloud.write.orphans import NAMELESS, REMOVALS, UNDATED, is_stillborn, remove_orphans
from govcloud.engine import runs as engine_runs
from govcloud.engine.processes import end_run
from govcloud.engine.runs import Job
from govcloud.events import Event, Notify
from govcloud.plan.compare import Difference
from govcloud.plan.protect import at_rest
from govcloud.plan.reality import Whereabouts, look
from govcloud.spec.symbols import Stack
from govcloud.store.runs import Run
from govcloud.store.store import Store, now
from govcloud.text import say

# clocks of clouds differ from ours
SKEW: Final = dt.timedelta(minutes=2)
# a request that was on its way when its sender died may still take effect
SETTLING: Final = dt.timedelta(seconds=2)


def recover(store: Store, where: Whereabouts, clouds: Path, unsettled: Collection[Run], notify: Notify) -> list[str]:
    """Put a tenancy right after the runs in `unsettled`, if there are any; returns what was removed."""
    if not unsettled:
        return []
    start = time.monotonic()
    notify(Event("recover", "started", say("plan.recovering", count=len(unsettled))))
    for one in unsettled:
        end_run(one.id)
    sweep_runs()
    # a department's stack is shared: while another tenancy is at work on it, what is unfinished there is not ours
    ours = at_rest(store, where)
    _clear(where, ours, clouds)
    _settle(unsettled)
    differences = look(where, clouds).differences
    orphans = [one for one in differences if is_orphan(one, unsettled, where, shared="department" not in ours)]
    orphans += [one for one in differences if one.how == "changed" and is_stillborn(where.cloud, one.token, one.id)]
    remove_orphans(where.cloud, {(one.token, one.id) for one in orphans})
    removed = sorted({one.what for one in orphans})
    notify(Event("recover", "done", ", ".join(removed), seconds=time.monotonic() - start))
    return removed


def _clear(where: Whereabouts, stacks: Mapping[Stack, str], clouds: Path) -> None:
    """Break the engine's locks and strike what was cut off from its states; the processes are gone."""
    for stack, name in stacks.items():
        job = Job(name, stack, dict, clouds)
        if engine_runs.read(where.engine, job).exists:
            engine_runs.unlock(where.engine, job)
            engine_runs.forget_pending(where.engine, job)


def _settle(unsettled: Collection[Run]) -> None:
    """Wait until what the last run sent has taken effect; a run that died is written off just now."""
    since = now() - max(dt.datetime.fromisoformat(one.ended) for one in unsettled)
    time.sleep(max(0.0, (SETTLING - since).total_seconds()))


def is_orphan(difference: Difference, unsettled: Collection[Run], where: Whereabouts, *, shared: bool = False) -> bool:
    """Did one of these runs make this and not write it down? What is `shared` is another's now.

    Keystone does not say when something was made: there a tag or name of ours must say whose it is.
    """
    token, mark = difference.token, difference.mark
    if difference.how != "unmanaged" or token not in REMOVALS:
        return False
    if token.startswith("openstack:identity/"):
        return where.tenancy in mark or (where.domain in mark and not shared)
    if token not in NAMELESS and where.tenancy not in mark:
        return False
    return token in UNDATED if not difference.born else any(_during(one, difference.born) for one in unsettled)


def _during(run: Run, born: str) -> bool:
    """Did something come into being while a run was at work?"""
    moment = dt.datetime.fromisoformat(born)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return dt.datetime.fromisoformat(run.started) - SKEW <= moment <= dt.datetime.fromisoformat(run.ended) + SKEW
