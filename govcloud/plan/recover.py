"""After a run that died: end what it left running, remove what it made and could not write down, clear its locks.

An orphan stands in a project of the tenancy, is in no state, and came into being since the dead run began: it is new
and nobody uses it yet. What is older is somebody's, and stays.
"""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Final

from govcloud.cloud.write.orphans import REMOVALS, UNDATED, remove_orphans
from govcloud.engine import runs as engine_runs
from govcloud.engine.processes import end_run
from govcloud.engine.runs import Job
from govcloud.events import Event, Notify
from govcloud.plan.compare import Difference
from govcloud.plan.reality import Whereabouts, look
from govcloud.store.runs import Run
from govcloud.text import say

# clocks of clouds differ from ours
SKEW: Final = dt.timedelta(minutes=2)
# a request that was on its way when its sender died may still take effect
SETTLING: Final = 2.0


def recover(where: Whereabouts, clouds: Path, lost: list[Run], notify: Notify) -> list[str]:
    """Put a tenancy right after the runs in `lost`; returns what was removed. Does nothing where none was lost."""
    if not lost:
        return []
    start = time.monotonic()
    notify(Event("recover", "started", say("plan.recovering", count=len(lost))))
    for one in lost:
        end_run(one.id)
    _clear(where, clouds)
    time.sleep(SETTLING)
    since = min(dt.datetime.fromisoformat(one.started) for one in lost) - SKEW
    differences = look(where, clouds).differences
    orphans = [one for one in differences if is_orphan(one, since, where)]
    remove_orphans(where.cloud, [(one.token, one.id) for one in orphans])
    notify(Event("recover", "done", ", ".join(one.what for one in orphans), seconds=time.monotonic() - start))
    return [one.what for one in orphans]


def _clear(where: Whereabouts, clouds: Path) -> None:
    """Break the engine's locks and strike what was cut off from its states; the processes are gone."""
    for stack, name in where.stacks.items():
        job = Job(name, stack, dict, clouds)
        if engine_runs.read(where.engine, job).exists:
            engine_runs.unlock(where.engine, job)
            engine_runs.forget_pending(where.engine, job)


def is_orphan(difference: Difference, since: dt.datetime, where: Whereabouts) -> bool:
    """Did a run that began at `since` make this and die before it could write it down?

    Keystone does not say when something was made: there a tag or name of ours must say whose it is.
    """
    if difference.how != "unmanaged" or difference.token not in REMOVALS:
        return False
    if difference.token.startswith("openstack:identity/"):
        return where.tenancy in difference.mark or where.domain in difference.mark
    if not difference.born:
        return difference.token in UNDATED
    born = dt.datetime.fromisoformat(difference.born)
    return (born if born.tzinfo else born.replace(tzinfo=dt.UTC)) >= since
