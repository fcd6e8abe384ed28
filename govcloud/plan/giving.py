"""Giving: what a draft decides on is kept for it at once, so that two that are at work together get no same thing.

What a saved plan keeps is given back when nobody is going to apply it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from govcloud.allocation.ledger import Ledger
from govcloud.plan.context import Context
from govcloud.plan.draft import Draft, decide, draft
from govcloud.plan.identity import identified
from govcloud.plan.plan import LIFETIME
from govcloud.plan.protect import leased
from govcloud.store import tenancies
from govcloud.store.runs import Run, new_run_id, note
from govcloud.store.store import now
from govcloud.store.tenancies import Reservation


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
        system = identified(context, drafted.fitted, drafted.path)[0].system
        if (ledger, system) != (drafted.ledger, drafted.identity.system):
            drafted = decide(context, _undecided(drafted, ledger, system))
        wanted = None if drafted.missing else drafted.allocation
        if wanted is not None and wanted not in (ledger.of(tenancy), tenancies.reserved(context.store, tenancy)):
            tenancies.reserve(context.store, run, wanted, now() + LIFETIME)
    try:
        yield drafted
    finally:
        tenancies.unreserve(context.store, tenancy, run)


def give_back(context: Context, kept: Reservation, *, reason: str) -> None:
    """End a reservation, on record: others may have what it kept. Raises Locked while its tenancy is being changed."""
    tenancy, run = kept.allocation.tenancy, new_run_id()
    actor = context.actor(context.site_of(tenancy, kept.allocation.site))
    with leased(context.store, tenancy, run, actor=actor, command="release"):
        tenancies.unreserve(context.store, tenancy, kept.plan)
        record = {"reserved_until": kept.expires.isoformat(timespec="seconds")}
        note(context.store, Run(run, tenancy, "release", actor, reason, plan=kept.plan, record=record))


def _undecided(drafted: Draft, ledger: Ledger, system: str) -> Draft:
    """What was seen, with another ledger, and the code that is free now."""
    seen = replace(drafted, ledger=ledger, identity=replace(drafted.identity, system=system))
    return replace(seen, missing=(), verdicts=(), allocation=None, specs=None, texts={}, openings=())
