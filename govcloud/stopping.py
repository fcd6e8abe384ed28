"""Ctrl-C, which Typer would end without a word, as one of our errors."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from govcloud.errors import Interrupted


@contextmanager
def stopping(error: Interrupted | None = None) -> Iterator[None]:
    """Raise `error` for a Ctrl-C, by which whoever is halfway says so, or that it was interrupted.

    More of them would only break into what is told and written of the first, and are not heard.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise error or Interrupted("cli.interrupted") from stop
