"""One installation at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from govcloud.events import Event, Notify
from govcloud.text import say


@contextmanager
def alone(folder: Path, notify: Notify) -> Iterator[None]:
    """Hold the lock of this folder; waits for another holder and says so.

    The commands we run hold it with us: were we killed, they may still write, and the next one waits for their end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            notify(Event("toolchain", "note", say("toolchain.waiting", process=file.read().strip())))
            fcntl.flock(file, fcntl.LOCK_EX)
        os.set_inheritable(file.fileno(), True)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
