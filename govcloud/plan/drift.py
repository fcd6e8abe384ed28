"""Drift (配置偏离): changed outside, missing, or standing there and not in the records. Reads only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from govcloud.cloud.connect import run_clouds
from govcloud.cloud.read.quotas import differing, read_quotas, with_types
from govcloud.events import Event, Notify
from govcloud.plan.compare import Difference, unrecorded
from govcloud.plan.context import Context
from govcloud.plan.plan import QuotaChange
from govcloud.plan.reality import Reality, Whereabouts, look
from govcloud.plan.recover import remains_of
from govcloud.plan.target import refuse_ended, whereabouts
from govcloud.spec import symbols
from govcloud.store.leases import Lease, at_work
from govcloud.store.runs import Run, unsettled
from govcloud.store.tenancies import Tenancy


@dataclass(frozen=True)
class Drift:
    """How a tenancy differs from what was applied.

    An apply puts right what was changed or is missing; what is unmanaged it leaves alone. Where the last apply or
    destroy did not come to its end, it is `unfinished`: what was applied is then only half known, and what it `left`
    standing goes with the next; all else is told as if that were gone. Whoever was at work while we looked is
    `working`: what he has just made or changed differs from what was applied before.
    """

    tenancy: Tenancy
    differences: tuple[Difference, ...]
    quotas: tuple[QuotaChange, ...]
    unfinished: Run | None = None
    working: Lease | None = None
    left: tuple[Difference, ...] = ()

    @property
    def unrecorded(self) -> bool:
        """Does something bear the mark of the tenancy that these records do not know? It may be built from others."""
        return any(unrecorded(self.tenancy.id, self.differences))

    @property
    def clean(self) -> bool:
        """Nothing differs."""
        return not (self.differences or self.quotas or self.unfinished or self.working or self.left)


def drift(context: Context, tenancy: Tenancy, notify: Notify) -> Drift:
    """How a tenancy differs, read from every service; the engine only says what was applied.

    The request file does not matter: it may have been edited since, or be gone. Raises Refused where it has ended.
    """
    refuse_ended(tenancy)
    start = time.monotonic()
    notify(Event("drift", "started", tenancy.id))
    where, working = whereabouts(context, tenancy), at_work(context.store, tenancy.id)
    with run_clouds(where.cloud, where.project, where.site.operator_domain) as clouds:
        reality = look(where, clouds, remains_of(context.store, where))
    quotas = tuple(_quotas(where, reality))
    notify(Event("drift", "done", tenancy.id, seconds=time.monotonic() - start))
    left = unsettled(context.store, tenancy.id)  # before who is at work: what has just begun is not left
    working = at_work(context.store, tenancy.id) or working
    begun = (run for run in left if not (working and run.id == working.run))
    return Drift(tenancy, reality.differences, quotas, next(begun, None), working, reality.remains)


def _quotas(where: Whereabouts, reality: Reality) -> Iterator[QuotaChange]:
    """The limits of the iaas project that are others than those applied."""
    project = reality.states["tenancy"].outputs.get(symbols.project("iaas"))
    if project and where.applied and where.applied.limits and not reality.gone(project):
        current = read_quotas(where.cloud, project)
        for service, key, now, limit in differing(current, with_types(where.applied.limits, current)):
            yield QuotaChange(service, key, now, limit)
