"""From a draft to a plan: the engine is asked what it would do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from govcloud.cloud.connect import run_clouds
from govcloud.cloud.read.quotas import differing, read_quotas, wanted
from govcloud.plan.context import Context
from govcloud.plan.draft import Draft
from govcloud.plan.plan import Plan, QuotaChange
from govcloud.plan.reality import look
from govcloud.plan.recover import remains_of
from govcloud.plan.settled import settled
from govcloud.plan.stacks import Stacks
from govcloud.plan.writing import Outlook, write
from govcloud.spec import symbols
from govcloud.store.leases import Lease, at_work


def build(context: Context, draft: Draft) -> Plan:
    """The plan of a draft. Reads the cloud and asks the engine for previews; writes nothing."""
    if draft.specs is None or draft.missing:
        return write(context, draft, Outlook(), draft.cloud.user_name())
    tenancy = draft.identity.tenancy
    working = at_work(context.store, tenancy)
    with run_clouds(draft.cloud, draft.where.project, draft.fitted.site.operator_domain) as clouds:
        stacks = open_stacks(context, draft, clouds)
        working = working or at_work(context.store, tenancy)
        return plan_of(context, stacks, working)


def open_stacks(context: Context, draft: Draft, clouds: Path) -> Stacks:
    """The draft's stacks with what they hold now."""
    known = settled(context.store, draft.identity.tenancy)
    volumes = draft.specs.iaas.volumes if draft.specs else ()
    reality = look(draft.where, clouds, remains_of(context.store, draft.where), volumes)
    return Stacks(draft, context.engine, clouds, reality, settled=known)


def plan_of(context: Context, stacks: Stacks, working: Lease | None = None) -> Plan:
    """The plan of stacks that are open; somebody may be `working` on the tenancy meanwhile."""
    outlook = Outlook(stacks.previews(), tuple(quota_changes(stacks)), stacks.reality, working)
    return write(context, stacks.draft, outlook, stacks.draft.cloud.user_name())


def quota_changes(stacks: Stacks) -> Iterator[QuotaChange]:
    """The limits that would change in the iaas project."""
    specs = stacks.draft.specs
    assert specs is not None
    project = stacks.lower.get(symbols.project("iaas"))
    if project and stacks.reality.gone(project):
        return  # nothing can be built there, which the plan says
    current = read_quotas(stacks.draft.cloud, project) if project else {}
    for service, key, before, after in differing(current, wanted(specs.quota)):
        yield QuotaChange(service, key, before, after)
