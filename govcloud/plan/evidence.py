"""What an apply leaves as it is in an isolated tenancy: it is isolated so that somebody can look at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final

from govcloud.engine.steps import Step
from govcloud.plan.compare import INSTANCE, VOLUME, Difference
from govcloud.plan.dataloss import moment
from govcloud.plan.plan import Missing
from govcloud.plan.recover import SKEW
from govcloud.store.isolations import UNKNOWN, isolation_of
from govcloud.store.runs import history
from govcloud.store.store import Store, now
from govcloud.store.tenancies import Tenancy

# what of a machine cannot change while it goes on running, or not running, as it does
RESTARTING: Final = frozenset({"flavorId", "powerState"})


def evidence(
    store: Store, known: Tenancy | None, steps: Iterable[Step], remains: Iterable[Difference]
) -> Iterator[Missing]:
    """Machines and volumes that an isolated tenancy would lose, and machines that would be started, stopped or moved,
    and lose their memory.

    So are those that earlier runs left, but for what was just being made when the tenancy was isolated.
    """
    if known is None or not known.isolated:
        return
    since = _since(store, known)
    for one in remains:
        if one.token in (INSTANCE, VOLUME) and one.born and moment(one.born) < since:
            yield _loses(known, one.what)
    for step in steps:
        restarted = sorted({change.path for change in step.changes} & RESTARTING)
        if step.type in (INSTANCE, VOLUME) and step.op in {"replace", "delete"}:
            yield _loses(known, step.label)
        elif step.type == INSTANCE and step.op == "update" and restarted:
            params = {"tenancy": known.id, "what": step.label, "properties": ", ".join(restarted)}
            yield Missing("plan.stirs-evidence", params, "", None)


def _loses(known: Tenancy, what: str) -> Missing:
    return Missing("plan.loses-evidence", {"tenancy": known.id, "what": what}, "", None)


def _since(store: Store, known: Tenancy) -> dt.datetime:
    """When it was isolated; where that interrupted somebody, when he began."""
    standing = isolation_of(store, known)
    assert standing is not None, "only of what is isolated"
    began = (run.started for run in history(store, known.id) if run.id == standing.interrupted)
    said = next(began, standing.since)
    return now() if said == UNKNOWN.since else moment(said) - SKEW
