"""What a plan says of a destroy that was begun and did not come to its end: an apply would build anew what is gone."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.plan.plan import Missing
from govcloud.store import runs
from govcloud.store.store import Store


def unended(store: Store, tenancy: str) -> Iterator[Missing]:
    """Whose destroy it is, and since when, where it is the last change; an apply begun since says what is to stay."""
    last = runs.unended(store).get(tenancy)
    if last and last.kind == "destroy":
        yield Missing("plan.unended", {"tenancy": tenancy, "actor": last.actor, "when": last.started}, "", None)
