"""Streams whose reader may go: who reads no more, as `| head` does, ends no work and changes no exit code.

On a disk that is full the first write fails, and only that one: what follows it goes nowhere, also at the very end.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

DISK_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_NAMES: Final[tuple[Literal["stdout", "stderr"], ...]] = ("stdout", "stderr")


class _Unread(io.FileIO):
    """A descriptor that writes to nowhere once nobody reads it, or its disk is full."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            if error.errno not in {errno.EPIPE, *DISK_FULL}:
                raise
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if error.errno in DISK_FULL:
                raise
            return super().write(data)


def outlast_readers() -> None:
    """Let this process's own stdout and stderr outlast who reads them, and say what a terminal cannot by escapes."""
    for name in _NAMES:
        stream = getattr(sys, name)
        if stream is None:  # closed before we began
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open as long as we are
        if not isinstance(stream, io.TextIOWrapper):
            continue
        # a terminal that speaks GBK has no sign for ✔: better an escape than no answer
        stream.reconfigure(errors="backslashreplace")
        if stream is getattr(sys, f"__{name}__"):
            stream.flush()
            raw = io.BufferedWriter(_Unread(stream.fileno(), "w", closefd=False))
            lasting = io.TextIOWrapper(
                raw, stream.encoding, "backslashreplace", line_buffering=stream.line_buffering or name == "stderr"
            )
            setattr(sys, name, lasting)
