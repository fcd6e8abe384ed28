"""Ctrl-C, which Typer would end without a word, as one of our errors."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from govcloud.errors import Interrupted


@contextmanager
def stopping() -> Iterator[None]:
    """Raise Interrupted for a Ctrl-C; more of them would only break into telling of the first."""
    try:
        yield
    except KeyboardInterrupt as stop:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise Interrupted("cli.interrupted") from stop
