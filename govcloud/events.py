"""What long work says while it runs.

Rooms that work long (toolchain, devcloud, plan, engine) take a `Notify` and call it; how an event looks
on a terminal, in a log or as NDJSON is decided in `output/progress.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["started", "done", "unchanged", "failed", "note"]


@dataclass(frozen=True)
class Event:
    """One step of long work.

    `what` is a path that makes the tree (`devcloud/keystone`, `iaas/server/web-1`); `text` a sentence in the
    current language; `seconds` how long the step took, once it ended; `estimate` how long it is expected to
    take, in seconds, when it starts; `op` what happens to a resource (`create`, `delete`, ...).
    """

    what: str
    state: State
    text: str = ""
    seconds: float | None = None
    estimate: float | None = None
    op: str = ""


Notify = Callable[[Event], None]


def ignore(event: Event) -> None:
    """For callers that nobody watches."""
    del event
