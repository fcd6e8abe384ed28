"""Running a long command: what it says goes into a log, and somebody hears every few seconds that it is alive."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

Beat = Callable[[int], None]
PULSE = 15.0  # seconds between two beats


@dataclass(frozen=True)
class Where:
    """The surroundings of a command: its working folder and environment, and the log that is appended to."""

    folder: Path
    environment: Mapping[str, str]
    log: Path


def run(command: Sequence[str | Path], where: Where, beat: Beat, output: Path | None = None) -> int:
    """Run a command to its end and return its exit code.

    `beat` is called with the number of lines said so far. With `output`, what the command prints goes into that
    file, and only what it says on stderr is logged and counted. When we are interrupted, the command ends too.
    """
    with ExitStack() as stack:
        file = stack.enter_context(output.open("wb")) if output else None
        process = stack.enter_context(
            subprocess.Popen(
                command,
                cwd=where.folder,
                env=where.environment,
                stdin=subprocess.DEVNULL,
                stdout=file or subprocess.PIPE,
                stderr=subprocess.PIPE if file else subprocess.STDOUT,
                close_fds=False,  # it holds the lock of the installation with us (lock.py)
            )
        )
        ear = _Ear(process.stderr or process.stdout, where.log)
        try:
            while (code := _wait(process)) is None:
                beat(ear.lines)
        except BaseException:
            process.terminate()
            raise
        finally:
            ear.join()
    if ear.deaf:
        raise ear.deaf
    return code


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(PULSE)
    except subprocess.TimeoutExpired:
        return None


class _Ear(threading.Thread):
    """Copies what is said into the log, line by line, and counts the lines."""

    def __init__(self, said: IO[bytes] | None, log: Path) -> None:
        super().__init__(daemon=True)
        self.lines = 0
        self.deaf: OSError | None = None
        self._said = said
        self._log = log
        self.start()

    def run(self) -> None:
        said = self._said or ()
        try:
            with self._log.open("ab") as log:
                for line in said:
                    log.write(line)
                    log.flush()
                    self.lines += 1
        except OSError as error:  # the disk with the log is full: told when the command has ended
            self.deaf = error
            for _ in said:  # a command that nobody listens to would wait for ever
                self.lines += 1
