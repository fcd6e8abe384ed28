"""Where a tenancy is found, by the records: which of its stacks must be there, and which other stands beside it."""

from __future__ import annotations

from collections.abc import Mapping

from govcloud.cloud.run_folder import run_folder
from govcloud.engine.state import State
from govcloud.plan.context import Context
from govcloud.plan.reality import ORDER, Whereabouts, refuse_moved
from govcloud.plan.told import told
from govcloud.province.site import Site
from govcloud.spec.symbols import Stack
from govcloud.store.runs import stands
from govcloud.store.store import Store
from govcloud.store.tenancies import Tenancy, all_tenancies


def locate(context: Context, site: Site, tenancy: str, domain: str, known: Tenancy | None) -> Whereabouts:
    """Where a tenancy is found, by its site, id and department's domain; `known` is what the store has of it."""
    store, cloud = context.store, context.cloud(site)
    here = stands(store, tenancy)
    return Whereabouts(
        cloud, site, tenancy, domain, context.engine,
        applied=known.allocation if known else None,
        isolated=bool(known and known.isolated),
        built=frozenset(ORDER) if here else _shared(store, domain),
        told=told(store, tenancy),
        beside="" if here else _beside(store, tenancy, site.name),
    )  # fmt: skip


def refuse_unseen(where: Whereabouts) -> Mapping[Stack, State]:
    """What the own stacks hold of a tenancy of which nothing is seen; raises Elsewhere where it lies elsewhere."""
    with run_folder() as folder:
        return refuse_moved(where, where.tenancy, folder / "clouds.yaml")


def _shared(store: Store, domain: str) -> frozenset[Stack]:
    """The department's stack, where another tenancy of its domain stands."""
    others = (one.id for one in all_tenancies(store) if one.allocation and one.allocation.domain == domain)
    return frozenset({"department"} if any(stands(store, one) for one in others) else ())


def _beside(store: Store, tenancy: str, site: str) -> str:
    """Another tenancy that stands on the site, or nothing."""
    others = (one.id for one in all_tenancies(store) if one.site == site and one.id != tenancy)
    return next((one for one in others if stands(store, one)), "")
