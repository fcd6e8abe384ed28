"""A disk that is full, and a process that is killed: what comes between the first and the last byte of a file."""

from __future__ import annotations

import os
import resource
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def full_disk(room: int = 0) -> Iterator[None]:
    """A disk with room for so many bytes of every file: what is written beyond fails, as on a full one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def killed_while_writing(work: Callable[[], object], number: int = 1) -> bool:
    """Do it in a process that is killed when its `number`-th file is written and not yet in its place; was it?"""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    written = 0

    def fsync(handle: int) -> None:
        nonlocal written
        # a folder is synced when its file is in place
        written += stat.S_ISREG(os.fstat(handle).st_mode)
        if written == number:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        os.fsync = fsync  # type: ignore[assignment] # in this process, which has not long to live
        work()
    finally:
        os._exit(0)
