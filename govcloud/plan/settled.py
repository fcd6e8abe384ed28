"""What the engine was asked already and found nothing to do for: the same again, it need not be started.

A preview follows from the program, the state and the engine with its provider, and from nothing else: it never looks at
the cloud, which we read ourselves. So the empty preview that ended an apply answers every later one for the very same
three. Whatever else an apply proves, it proves by asking.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from govcloud.engine import programs
from govcloud.store.runs import BUILT, history
from govcloud.store.store import Store

# where an apply's record keeps them
RECORD: Final = "settled"


def question(tools: Iterable[Path], program: Mapping[str, Any], state: Mapping[str, Any]) -> str:
    """sha256 over all that a preview follows from: the programs that run, what `program` is told, the whole state."""
    content = [programs.digest(), [_stamp(tool) for tool in tools], program, state]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def settled(store: Store, tenancy: str) -> frozenset[str]:
    """The questions that the last apply of a tenancy which came to its end had answered with nothing."""
    last = next((run for run in history(store, tenancy) if (run.kind, run.outcome) == BUILT), None)
    return frozenset(last.record.get(RECORD, ())) if last else frozenset()


def _stamp(tool: Path) -> tuple[str, int, int]:
    """One build of a program: another at the same place has another size or time."""
    told = tool.stat()
    return str(tool), told.st_size, told.st_mtime_ns
