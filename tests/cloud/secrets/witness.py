"""Whoever looks at the machine while a command runs: the processes it starts, and the files that come and go."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

# engines live for longer than this
PACE: Final = 0.05
_PROCESSES: Final = Path("/proc")


@dataclass(frozen=True)
class Seen:
    """A process as `ps` and its environment show it."""

    pid: int
    command: bytes
    environment: bytes


@dataclass
class Witness:
    """All processes that began since, and all that was ever in the files of `folders`."""

    folders: tuple[Path, ...]
    processes: set[Seen] = field(default_factory=set)
    files: set[tuple[str, bytes]] = field(default_factory=set)
    _known: dict[Path, tuple[int, int]] = field(default_factory=dict)
    _before: frozenset[Path] = frozenset()

    def look(self) -> None:
        """Once."""
        for process in _PROCESSES.glob("[0-9]*"):
            if process not in self._before:
                with suppress(OSError):  # it ended while we looked
                    command, environment = ((process / name).read_bytes() for name in ("cmdline", "environ"))
                    self.processes.add(Seen(int(process.name), command, environment))
        for folder in self.folders:
            for place, _, names in os.walk(folder):
                for name in names:
                    self._look_at(Path(place, name))

    def _look_at(self, file: Path) -> None:
        with suppress(OSError):  # it went while we looked
            state = file.lstat()
            version = (state.st_mtime_ns, state.st_size)
            if self._known.get(file) != version and not file.is_symlink() and file.is_file():
                self.files.add((str(file), file.read_bytes()))
                self._known[file] = version

    def names(self) -> set[str]:
        """What the processes' programs are called."""
        return {Path(os.fsdecode(seen.command.partition(b"\0")[0])).name for seen in self.processes}


@contextmanager
def witness(*folders: Path) -> Iterator[Witness]:
    """Look again and again while the block runs."""
    seen = Witness(folders, _before=frozenset(_PROCESSES.glob("[0-9]*")))
    over = threading.Event()

    def watch() -> None:
        while not over.wait(PACE):
            seen.look()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
        seen.look()
