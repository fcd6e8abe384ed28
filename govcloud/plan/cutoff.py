"""What a plan says of an isolation: it changes nothing of what is planned, and everything of what comes of it."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.plan.plan import Missing
from govcloud.store.isolations import isolation_of
from govcloud.store.store import Store
from govcloud.store.tenancies import Tenancy


def cut_off(store: Store, known: Tenancy | None) -> Iterator[Missing]:
    """That the tenancy is isolated, by whom and why, and whether that, or its end, is not complete."""
    standing = isolation_of(store, known) if known else None
    if known is None or standing is None:
        return
    yield Missing("plan.stays-isolated", {"tenancy": known.id, "who": standing.who, "why": standing.why}, "", None)
    if code := standing.incomplete:
        yield Missing(code, {"tenancy": known.id, "run": standing.run}, "", None)
