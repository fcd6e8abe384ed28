"""What a plan says of what was before: a tenancy that was destroyed, addresses that its rules name for nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from govcloud.allocation.peers import left
from govcloud.plan.context import CHINA, Context
from govcloud.plan.draft import Draft
from govcloud.plan.plan import Missing
from govcloud.store.runs import history
from govcloud.store.tenancies import find


def past(context: Context, draft: Draft) -> Iterator[Missing]:
    """That it was destroyed once; systems that its rules name and that are gone or have moved."""
    yield from _destroyed(context, draft)
    yield from _left(draft)


def _destroyed(context: Context, draft: Draft) -> Iterator[Missing]:
    """A file that stayed after a destroy builds the tenancy anew, perhaps against what somebody decided."""
    ended = find(context.store, draft.identity.tenancy) if draft.known is None else None
    if ended is None:
        return
    run = next((r for r in history(context.store, ended.id) if (r.kind, r.outcome) == ("destroy", "done")), None)
    when = dt.datetime.fromisoformat(run.ended if run and run.ended else ended.changed)
    params = {"tenancy": ended.id, "day": str(when.astimezone(CHINA).date()), "who": run.actor if run else "-"}
    yield Missing("plan.destroyed-before", params, "", None)


def _left(draft: Draft) -> Iterator[Missing]:
    """Nobody else is given such a range, but it is closed only by an apply."""
    applied = draft.known.allocation if draft.known else None
    flows = draft.fitted.request.flows
    for system, ranges in left(applied, draft.ledger) if applied else ():
        ends = (
            (f"flows[{i}].{side}", end) for i, f in enumerate(flows) for side, end in (("from", f.from_), ("to", f.to))
        )
        key = next((key for key, end in ends if (end.kind, end.name) == ("system", system)), "flows")
        params = {"system": system, "ranges": ", ".join(map(str, ranges))}
        yield Missing("plan.peer-left", params, key, draft.fitted.loaded.place_of(key))
