"""Whether what we know of a tenancy was written here, or came in a copy of other records (a backup)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from govcloud.store.notes import RESTORED, noted
from govcloud.store.runs import CHANGES, unended
from govcloud.store.store import Store, aware
from govcloud.store.tables import runs
from govcloud.store.tenancies import all_tenancies


def from_copy(store: Store, tenancy: str, domain: str) -> bool:
    """Is a tenancy known out of a copy alone, so that somebody may have gone on with it where that was made?

    Until an apply or destroy of it that was begun here has come to its end; and as long as a tenancy of the same
    department's `domain` has a run that had not when it was copied: what they share may be its work.
    """
    restored = noted(store, RESTORED)
    if restored and _only_before(store, tenancy, dt.datetime.fromisoformat(restored)):
        return True
    copied = {run.tenancy for run in unended(store).values() if run.copied}
    sharing = (one for one in all_tenancies(store, ended=True) if one.allocation and one.allocation.domain == domain)
    return tenancy in copied or any(one.id in copied for one in sharing)


def _only_before(store: Store, tenancy: str, moment: dt.datetime) -> bool:
    """Was it changed by that moment, and has no change that began since come to its end?"""
    query = select(runs.c.started, runs.c.outcome).where(runs.c.tenancy == tenancy, runs.c.kind.in_(CHANGES))
    with store.engine.connect() as connection:
        changes = [(aware(row.started) <= moment, row.outcome) for row in connection.execute(query)]
    return any(before for before, _ in changes) and (False, "done") not in changes
