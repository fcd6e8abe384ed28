"""Commands that are measured: bounded, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

# a phase takes a minute at most on a quiet machine; one that takes so long hangs
BOUND: Final = 900.0
# how long a command that was asked to end may take to finish what is in flight
GRACE: Final = 120.0


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] = os.environ) -> str:
    """Run a command to its end; returns what it printed, fails with what it said.

    It has a session of its own: a Ctrl-C reaches it through us, once, and it is waited for, so that nobody builds any
    more while what it built is taken away.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=BOUND)
    except BaseException:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        raise
    assert process.returncode == 0, f"{' '.join(command)} ended with {process.returncode}:\n{output}"
    return output


@contextmanager
def interruptible() -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM interrupt the block, and later ones change nothing: what was built is removed."""

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        print("\ninterrupted: taking away what was built", flush=True)
        raise KeyboardInterrupt(number)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
