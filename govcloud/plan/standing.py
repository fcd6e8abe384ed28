"""What an apply has built, by the records: the stacks of a tenancy, whose state must be there, and others beside it."""

from __future__ import annotations

from govcloud.plan.reality import ORDER
from govcloud.spec.symbols import Stack
from govcloud.store.runs import stands
from govcloud.store.store import Store
from govcloud.store.tenancies import all_tenancies


def built(store: Store, tenancy: str, domain: str) -> frozenset[Stack]:
    """All where it stands; else its department's, where another of that domain's tenancies does."""
    if stands(store, tenancy):
        return frozenset(ORDER)
    others = (one.id for one in all_tenancies(store) if one.allocation and one.allocation.domain == domain)
    return frozenset({"department"} if any(stands(store, one) for one in others) else ())


def beside(store: Store, tenancy: str, site: str) -> str:
    """Another tenancy that stands on the site, where this one does not; else empty."""
    if stands(store, tenancy):
        return ""
    others = (one.id for one in all_tenancies(store) if one.site == site and one.id != tenancy)
    return next((one for one in others if stands(store, one)), "")
