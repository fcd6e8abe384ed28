"""Making plans, one request at a time, and keeping them."""

from __future__ import annotations

import time
from pathlib import Path

from govcloud.errors import UsageError
from govcloud.events import Event, Notify
from govcloud.plan.build import build
from govcloud.plan.context import Context
from govcloud.plan.draft import draft
from govcloud.plan.plan import Plan, dump
from govcloud.store import tenancies


def plan_file(context: Context, path: Path, notify: Notify) -> Plan:
    """The plan of a request; writes nothing anywhere."""
    start = time.monotonic()
    notify(Event("plan", "started"))
    try:
        plan = build(context, draft(context, path))
    except BaseException:
        notify(Event("plan", "failed", seconds=time.monotonic() - start))
        raise
    notify(Event("plan", "done", plan.id, seconds=time.monotonic() - start))
    return plan


def save_plan(context: Context, plan: Plan, file: Path, *, alone: bool) -> None:
    """Keep a plan in a file, and reserve what it gives until it expires; a newer plan takes over."""
    if not alone:
        raise UsageError("plan.save-one")
    file.write_text(dump(plan), "utf-8")
    if plan.allocation is not None:
        tenancies.reserve(context.store, plan.id, plan.allocation, plan.expires)
