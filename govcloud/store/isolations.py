"""An isolation as the runs on record tell it: whose it is, what was down before it, and whether it came to its end.

The mark of a tenancy says only what is wanted. It is set first and taken away last, so that nothing turns a port on in
between; whoever is killed in between leaves it, and ports of both kinds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from govcloud.store.leases import all_leases
from govcloud.store.runs import Run, history
from govcloud.store.store import Store
from govcloud.store.tenancies import Tenancy

HOLD: Final = "hold"
ISOLATION: Final = "isolation"
# the key of a release's record that says what it is to end; one without it, of before there was a choice, ended both
ENDS: Final = "ends"


@dataclass(frozen=True)
class Isolation:
    """Who cut a tenancy off, why and since when; the ids of the ports that were down before.

    `broken` is the run that did not come to its end, so that ports may be up; `at_work` says that it may yet.
    `interrupted` is the id of the run that was at work when the tenancy was cut off.
    """

    who: str
    why: str
    since: str
    down: tuple[str, ...] = ()
    broken: Run | None = None
    at_work: bool = False
    interrupted: str = ""

    @property
    def run(self) -> str:
        """The id of the run that did not come to its end; empty where it did."""
        return self.broken.id if self.broken else ""

    @property
    def incomplete(self) -> str:
        """The id of the sentence that says that it, or its end, did not come to its end; empty where it did."""
        if self.broken is None:
            return ""
        return f"plan.{self.broken.kind}-{'at-work' if self.at_work else 'broken'}"


UNKNOWN: Final = Isolation("-", "-", "-")


def isolation_of(store: Store, tenancy: Tenancy) -> Isolation | None:
    """The isolation that holds now, or None."""
    return isolations(store, [tenancy]).get(tenancy.id)


def isolations(store: Store, tenancies: Iterable[Tenancy]) -> Mapping[str, Isolation]:
    """The isolations that hold now, by tenancy."""
    cut = [tenancy.id for tenancy in tenancies if tenancy.isolated]
    working = {lease.run for lease in all_leases(store) if lease.alive} if cut else set()
    return {tenancy: isolation(history(store, tenancy), working) for tenancy in cut}


def isolation(runs: Iterable[Run], working: Collection[str]) -> Isolation:
    """The isolation that holds after these runs of a tenancy, newest first; those `working` have not ended."""
    since = [run for run in _since_the_last(runs) if not _did_nothing(run)]
    cuts = [run for run in since if run.kind == "isolate"]
    if not cuts:
        return UNKNOWN
    down = next((run.record["down"] for run in cuts if "down" in run.record), ())
    first, last = cuts[-1], since[0]
    broken = None if last.outcome == "done" else last
    interrupted = str(first.record.get("interrupted", {}).get("run", ""))
    return Isolation(first.actor, first.reason, first.started, tuple(down), broken, last.id in working, interrupted)


def _since_the_last(runs: Iterable[Run]) -> Iterator[Run]:
    """Isolations and what was to end them, newest first, back to the end of the one before."""
    for run in runs:
        ending = run.kind == "release" and run.record.get(ENDS, ISOLATION) == ISOLATION
        if run.outcome == "done" and (ending or run.kind == "destroy"):
            return
        if ending or run.kind == "isolate":
            yield run


def _did_nothing(run: Run) -> bool:
    """Did it fail before it turned anything? One that was killed says nothing of it."""
    begun = {"ports"} if run.kind == "release" else {"down", "ports"}
    return run.outcome == "failed" and begun.isdisjoint(run.record)
