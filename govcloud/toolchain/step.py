"""A step of long work, told as events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from govcloud.events import Event, Notify
from govcloud.text import say


class Note(Protocol):
    """Says something about the step while it runs, by message id."""

    def __call__(self, message: str, /, **params: object) -> None: ...


@contextmanager
def step(notify: Notify, what: str, text: str, *, estimate: float | None = None, done: str = "") -> Iterator[Note]:
    """Tell that the step started with `text`, then that it failed, or ended with the sentence `done`; with its time."""

    def note(message: str, /, **params: object) -> None:
        notify(Event(what, "note", say(message, **params)))

    since = time.monotonic()
    try:
        notify(Event(what, "started", text, estimate=estimate))
        yield note
    except BaseException:
        notify(Event(what, "failed", seconds=time.monotonic() - since))
        raise
    notify(Event(what, "done", done, time.monotonic() - since))
