"""Looking at a tenancy: what the store says of it and how it is at this moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govcloud.cloud.read.inventory import project_ids
from govcloud.cloud.read.machines import Machine, read_machines
from govcloud.plan.context import Context
from govcloud.plan.standing import refuse_unseen
from govcloud.plan.target import whereabouts
from govcloud.store.isolations import Isolation, isolation_of
from govcloud.store.runs import Run, unended
from govcloud.store.tenancies import Tenancy

Live = Machine


@dataclass(frozen=True)
class Seen:
    """A tenancy, its machines as the cloud has them, by their name in the request, its isolation, and its last change
    where that did not come to its end.
    """

    tenancy: Tenancy
    live: Mapping[str, Live]
    isolation: Isolation | None = None
    unended: Run | None = None


def look(context: Context, tenancy: Tenancy) -> Seen:
    """A tenancy as it is now; reads only. Raises Elsewhere where its site leads elsewhere by now."""
    if tenancy.stage == "ended":
        return Seen(tenancy, {})
    site, isolated = context.site_of(tenancy.id, tenancy.site), isolation_of(context.store, tenancy)
    cloud = context.cloud(site)
    projects = project_ids(cloud, site.operator_domain, f"{tenancy.id}-")
    found = [machine for project in projects.values() for machine in read_machines(cloud, project)]
    if not found and tenancy.allocation:
        refuse_unseen(whereabouts(context, tenancy))
    machines = {machine.name.removeprefix(f"{tenancy.id}-"): machine for machine in found}
    return Seen(tenancy, machines, isolated, unended(context.store).get(tenancy.id))
