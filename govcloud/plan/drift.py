"""Drift (配置偏离): changed outside, missing, or standing there though nobody here made it. Reads only."""

from __future__ import annotations

import time
from dataclasses import dataclass

from govcloud.cloud.connect import run_clouds
from govcloud.errors import UsageError
from govcloud.events import Event, Notify
from govcloud.plan.build import build, quota_changes
from govcloud.plan.compare import Difference
from govcloud.plan.context import Context
from govcloud.plan.draft import draft
from govcloud.plan.guard import NotAdmitted
from govcloud.plan.plan import QuotaChange
from govcloud.plan.reality import look
from govcloud.plan.stacks import Stacks
from govcloud.store.tenancies import Tenancy


@dataclass(frozen=True)
class Drift:
    """How a tenancy differs from what was applied.

    An apply puts right what was changed or is missing; what is unmanaged it leaves alone.
    """

    tenancy: Tenancy
    differences: tuple[Difference, ...]
    quotas: tuple[QuotaChange, ...]

    @property
    def clean(self) -> bool:
        """Nothing differs."""
        return not (self.differences or self.quotas)


def drift(context: Context, tenancy: Tenancy, notify: Notify) -> Drift:
    """How a tenancy differs, read from every service; the engine only says what was applied."""
    path = context.repository.root / tenancy.path
    if not path.exists():
        raise UsageError("plan.file-gone", path=tenancy.path)
    start = time.monotonic()
    notify(Event("drift", "started", tenancy.id))
    drafted = draft(context, path)
    if drafted.specs is None:
        raise NotAdmitted(build(context, drafted))
    with run_clouds(drafted.cloud, drafted.where.project, drafted.fitted.site.operator_domain) as clouds:
        reality = look(drafted.where, clouds)
        quotas = tuple(quota_changes(Stacks(drafted, context.engine, clouds, reality.states)))
    notify(Event("drift", "done", tenancy.id, seconds=time.monotonic() - start))
    return Drift(tenancy, reality.differences, quotas)
