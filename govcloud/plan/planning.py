"""Making plans, one request at a time, and keeping them."""

from __future__ import annotations

import time
from pathlib import Path

from govcloud.config import whole
from govcloud.errors import UsageError
from govcloud.events import Event, Notify
from govcloud.plan.build import build
from govcloud.plan.context import Context
from govcloud.plan.draft import draft
from govcloud.plan.giving import given
from govcloud.plan.plan import Plan, dump, is_plan
from govcloud.store import tenancies
from govcloud.store.runs import Run, new_run_id, note


def plan_file(context: Context, path: Path, notify: Notify, save: Path | None = None) -> Plan:
    """The plan of a request; writes nothing anywhere.

    With `save` it is kept in that file, where it is admitted, and what it gives reserved until it expires; a newer plan
    of the tenancy takes over.
    """
    if save is not None and save.exists() and not is_plan(save):
        raise UsageError("plan.save-over", file=save)  # it may be the very request
    start = time.monotonic()
    notify(Event("plan", "started"))
    try:
        plan = build(context, draft(context, path)) if save is None else _kept(context, path, save)
    except BaseException:
        notify(Event("plan", "failed", seconds=time.monotonic() - start))
        raise
    notify(Event("plan", "done", plan.id, seconds=time.monotonic() - start))
    return plan


def _kept(context: Context, path: Path, file: Path) -> Plan:
    run = new_run_id()
    with given(context, path, run) as drafted:
        plan = build(context, drafted)
        if plan.admitted:
            _keep(context, plan, file)
            record = {"effect": plan.effect(), "bound": vars(plan.bound)}
            note(context.store, Run(run, plan.tenancy, "plan", plan.actor, plan=plan.id, record=record))
    return plan


def _keep(context: Context, plan: Plan, file: Path) -> None:
    """The file is there when what it gives is reserved."""
    try:
        with whole(file) as stream:
            stream.write(dump(plan).encode())
            if plan.allocation is not None:
                tenancies.reserve(context.store, plan.id, plan.allocation, plan.expires)
    except OSError as error:
        raise UsageError("plan.save-failed", file=file, reason=error.strerror) from error
