"""Which steps lose data: more than deletions and replacements.

A changed image rebuilds a server in place though the engine calls it an update; a changed size of a volume downwards
or another type moves or cuts it; a released address goes to somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from govcloud.engine.steps import Change, Step

# kinds whose end is the end of data or of an address that others know
BEARERS: Final = frozenset({"server", "volume", "floating-ip", "network", "subnet"})
REBUILDING: Final = {"server": ("imageId", "imageName", "userData"), "volume": ("size", "volumeType")}


def losses(steps: Iterable[Step]) -> tuple[str, ...]:
    """The labels of the steps that lose data, sorted: `server web-1`, `volume app-1/files`."""
    return tuple(sorted({step.label for step in steps if loses(step)}))


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


def _grows(change: Change) -> bool:
    """Is it surely no smaller afterwards? The values are JSON; one that is not known yet is no number."""
    before, after = (json.loads(value or "0") for value in (change.before, change.after))
    numbers = isinstance(before, int | float) and isinstance(after, int | float)
    return numbers and after >= before
