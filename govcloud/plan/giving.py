"""Giving: what a draft decides on is kept for it at once, so that two that are at work together get no same thing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from govcloud.allocation.ledger import Ledger
from govcloud.plan.context import Context
from govcloud.plan.draft import Draft, decide, draft
from govcloud.plan.plan import LIFETIME
from govcloud.store import tenancies
from govcloud.store.store import now


@contextmanager
def given(context: Context, path: Path, run: str) -> Iterator[Draft]:
    """The draft of a request file; what it gives is nobody else's while the block runs.

    Looking at a cloud takes seconds. What others were given meanwhile is looked up again, and decided anew from that,
    one process after the other. What the tenancy has already, or a saved plan of it keeps, needs no keeping.
    """
    drafted = draft(context, path)
    tenancy = drafted.identity.tenancy
    with context.store.alone():
        ledger = tenancies.ledger(context.store, but_reserved_by=tenancy)
        if ledger != drafted.ledger:
            drafted = decide(context, _undecided(drafted, ledger))
        wanted = None if drafted.missing else drafted.allocation
        if wanted is not None and wanted not in (ledger.of(tenancy), tenancies.reserved(context.store, tenancy)):
            tenancies.reserve(context.store, run, wanted, now() + LIFETIME)
    try:
        yield drafted
    finally:
        tenancies.unreserve(context.store, tenancy, run)


def _undecided(drafted: Draft, ledger: Ledger) -> Draft:
    """What was seen, with another ledger."""
    return replace(drafted, ledger=ledger, missing=(), verdicts=(), allocation=None, specs=None, texts={}, openings=())
