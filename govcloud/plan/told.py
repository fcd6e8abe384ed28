"""What the engine was told of the cloud, and what was applied before: kept until an apply is done.

So that it wants back what was applied, the engine is told in its own state what the cloud has. An apply that ends
before that is put right would leave a state that says what strangers made of it, and drift would hold them against
themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from govcloud.engine.corrections import Telling, tellings, undone
from govcloud.engine.state import State, read_state
from govcloud.spec.symbols import Stack
from govcloud.store import texts
from govcloud.store.runs import unsettled
from govcloud.store.store import Store

# where a run's record keeps the digest of what each stack was told
RECORD: Final = "told"

Told = Mapping[Stack, tuple[Telling, ...]]


def keep(store: Store, applied: Mapping[Stack, State], corrected: Mapping[Stack, State]) -> dict[str, Any]:
    """Keep what the engine is about to be told; returns what goes on record, nothing where it is told nothing."""
    found = {stack: json.dumps(tellings(applied[stack].exported, state.exported)) for stack, state in corrected.items()}
    if found:
        texts.keep(store, found.values())
    return {RECORD: {stack: texts.digest(text) for stack, text in found.items()}} if found else {}


def told(store: Store, tenancy: str) -> Told:
    """What the engine was told by the applies since the last that was done, the newest first."""
    records: list[Mapping[Stack, str]] = [run.record.get(RECORD, {}) for run in unsettled(store, tenancy)]
    kept = texts.fetch(store, {one for record in records for one in record.values()}) if any(records) else {}
    found: dict[Stack, tuple[Telling, ...]] = {}
    for record in records:
        for stack, digest in record.items():
            again = (Telling(applied, now) for applied, now in json.loads(kept.get(digest, "[]")))
            found[stack] = (*found.get(stack, ()), *again)
    return found


def as_applied(states: Mapping[Stack, State], before: Told) -> Mapping[Stack, State]:
    """The states as they were before the engine was told; what it made since is as it made it."""
    found = {}
    for stack, state in states.items():
        exported = undone(state.exported, before.get(stack, ()))
        found[stack] = state if exported is None else read_state(exported)
    return found
