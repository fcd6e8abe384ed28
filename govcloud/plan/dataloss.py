"""Which steps lose data: more than deletions and replacements.

A changed image rebuilds a server in place though the engine calls it an update; a changed size of a volume downwards
or another type moves or cuts it; a released address goes to somebody else.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable
from typing import Final

from govcloud.engine.steps import Change, Step
from govcloud.plan.compare import INSTANCE, VOLUME, Difference

# kinds whose end is the end of data or of an address that others know
BEARERS: Final = frozenset({"server", "volume", "floating-ip", "network", "subnet"})
REBUILDING: Final = {"server": ("imageId", "imageName", "userData"), "volume": ("size", "volumeType")}
# what people may have put something into
HOLDING: Final = frozenset({INSTANCE, VOLUME})
# what a run left behind is new and nobody uses it; once it has stood for so long, somebody may
UNUSED: Final = dt.timedelta(hours=1)


def losses(steps: Iterable[Step], spare: Collection[str] = ()) -> tuple[str, ...]:
    """The labels of the steps that lose data, sorted: `server web-1`, `volume app-1/files`; `spare` ids have none."""
    return tuple(sorted({step.label for step in steps if step.id not in spare and loses(step)}))


def loses(step: Step) -> bool:
    """Does this step lose data?"""
    if step.op in {"delete", "replace"}:
        return step.kind in BEARERS
    if step.op != "update":
        return False
    changed = {change.path.split("[")[0].split(".")[0]: change for change in step.changes}
    for name in REBUILDING.get(step.kind, ()):
        change = changed.get(name)
        if change is None:
            continue
        if name != "size" or not _grows(change):
            return True
    return False


def flags(labels: Iterable[str], deletions: int = 0) -> str:
    """What is typed to permit these steps, and so many deletions where they are more than the cap."""
    losing = (f'--allow-data-loss "{label}"' for label in labels)
    return " ".join([*losing, *([f"--allow-delete {deletions}"] if deletions else [])])


def lived(remains: Iterable[Difference], now: dt.datetime, *, copied: bool = False) -> tuple[str, ...]:
    """What of the remains of earlier runs may have data or be in use by now, as `server t-3f9c2a-web-1`.

    What is in a state and remains all the same was never alive: no host ever had it. Where the tenancy is known out of
    a copy of records alone (`copied`), nobody can tell whose it is, whatever it is.
    """
    left = (one for one in remains if one.how == "unmanaged")
    return tuple(sorted({one.what for one in left if copied or _old(one, now)}))


def _old(one: Difference, now: dt.datetime) -> bool:
    """Has it stood for long, or longer than anybody says, or does something hang on it?"""
    return one.token in HOLDING and bool(one.users or not one.born or now - moment(one.born) > UNUSED)


def moment(text: str) -> dt.datetime:
    """A moment as we or a service write it; where no zone is said, it is UTC."""
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _grows(change: Change) -> bool:
    """Is it surely no smaller afterwards? The values are JSON; one that is not known yet is no number."""
    before, after = (json.loads(value or "0") for value in (change.before, change.after))
    numbers = isinstance(before, int | float) and isinstance(after, int | float)
    return numbers and after >= before
