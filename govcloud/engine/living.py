"""What lives of a run on this machine: it may outlive whoever started it, and is found and ended without an engine."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from govcloud.engine.engine import RUN

ENGINE: Final = "pulumi"
# how long an engine that is asked to end may take to write its state
GRACE: Final = 20.0


def end_run(run: str) -> list[int]:
    """End every process of a dead run on this machine: engines kindly, then all for sure; returns their pids.

    They are known by their environment, for a provider lives in a group of its own and looks for its engine only every
    few minutes. An engine that is asked to end finishes what is in flight and writes its state; a provider would drop
    what it does, so it is only ended when its engine is gone.
    """
    found = dict(_processes_of(run))
    for pid, name in found.items():
        if name == ENGINE:
            _send(pid, signal.SIGINT)
    until = time.monotonic() + GRACE
    while ENGINE in dict(_processes_of(run)).values() and time.monotonic() < until:
        time.sleep(0.1)
    for pid, _ in _processes_of(run):
        _send(pid, signal.SIGKILL)
    while any(_processes_of(run)) and time.monotonic() < until + 5:
        time.sleep(0.1)
    return sorted(found)


def is_at_work(run: str) -> bool:
    """Does a process of a run, or of one that died, still live on this machine?"""
    return any(_processes_of(run))


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _processes_of(run: str) -> Iterator[tuple[int, str]]:
    """Pid and name of the living processes that a run started."""
    marker = f"{RUN}={run}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (process / "stat").read_text("ascii", errors="replace").partition("(")[2].rpartition(") ")
            if not rest.startswith("Z") and marker in (process / "environ").read_bytes().split(b"\0"):
                yield int(process.name), name
        except OSError:
            continue  # it ended while we looked, or is somebody else's
