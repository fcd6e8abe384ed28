"""Which stacks of a tenancy an apply has built, by the records: their state must be there."""

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
