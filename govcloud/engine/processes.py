"""Engine processes: started in a session of their own, so that Ctrl-C reaches them only through us, once."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import IO, Any, Final

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from govcloud.engine.engine import RUN
from govcloud.engine.living import end_run
from govcloud.errors import GovcloudError, Interrupted, ResourceFailed
from govcloud.events import Event, Notify
from govcloud.text import say

# commands of a moment, after which none begins any more; asked to end, they would leave half of it
_BRIEF: Final = (["stack", "init"], ["stack", "rm"], ["stack", "import"])

_running: set[subprocess.Popen[str]] = set()
# a signal may come while the main thread itself holds it
_lock = threading.RLock()
# nothing new begins: somebody asked us to stop
_stopping = threading.Event()


class Command(PulumiCommand):
    """The pulumi of our toolchain; it does not ask for the version again at every start.

    `environment` is the whole environment of its processes.
    """

    def __init__(self, path: Path, version: str, environment: Mapping[str, str]) -> None:
        self.command = str(path)
        self.version = VersionInfo.parse(version)
        self._environment = environment

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Callable[[str], Any] | None = None,
        on_error: Callable[[str], Any] | None = None,
    ) -> CommandResult:
        """Run one pulumi command; raises the SDK's own error for its exit code and words, ours where it was killed.

        Once we are asked to stop, none begins any more.
        """
        if _stopping.is_set():
            raise Interrupted("engine.interrupted")
        environment = {**self._environment, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        process = subprocess.Popen(
            [self.command, "--non-interactive", *args],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        drains = args[:2] not in _BRIEF
        if drains:
            with _lock:
                _running.add(process)
        if drains and _stopping.is_set():
            # the signal came just before it was among those that are told
            process.send_signal(signal.SIGINT)
        try:
            assert process.stderr is not None
            assert process.stdout is not None
            errors: list[str] = []
            reader = threading.Thread(target=_read, args=(process.stderr, errors, on_error))
            reader.start()
            output: list[str] = []
            _read(process.stdout, output, on_output)
            reader.join()
            code = process.wait()
        finally:
            with _lock:
                _running.discard(process)
        if code < 0 and self._environment.get(RUN):
            # killed, and what it started does not know yet: nothing may go on behind our back
            end_run(self._environment[RUN])
        if code < 0:
            raise ResourceFailed("engine.killed", signal=signal.Signals(-code).name)
        result = CommandResult(stdout="\n".join(output), stderr="\n".join(errors), code=code)
        if code != 0:
            raise create_command_error(result)
        return result


def _read(stream: IO[str], lines: list[str], tell: Callable[[str], Any] | None) -> None:
    with stream:
        for line in stream:
            lines.append(line.rstrip())
            if tell is not None:
                tell(lines[-1])


@contextmanager
def draining(notify: Notify) -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and a terminal that goes away end engine runs tidily while the block runs, then raise
    Interrupted.

    The first signal asks every engine to finish what is in flight and write its state, and lets none begin; later ones
    change nothing, so that no second Ctrl-C can leave a half-made resource behind. Only for the main thread.
    """
    received, heard = list[int](), SimpleQueue[str]()
    first_said, later_said = say("engine.draining"), say("engine.still-draining")
    terminals = [stream for stream in (1, 2) if os.isatty(stream)]

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        first = not received  # the next signal may come while this one is still being heard
        received.append(number)
        if first:
            _stopping.set()
            interrupt()
        if number == signal.SIGHUP:
            _let_go(terminals)
        heard.put(first_said if first else later_said)

    # whoever started us with nohup wants us to go on
    hangup = () if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else (signal.SIGHUP,)
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, *hangup)}
    try:
        with _telling(heard, notify):
            yield
    except GovcloudError as error:
        if received:
            # that it did not finish is what was asked for
            raise Interrupted("engine.interrupted") from error
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _stopping.clear()
    if received:
        raise Interrupted("engine.interrupted")


@contextmanager
def _telling(heard: SimpleQueue[str], notify: Notify) -> Iterator[None]:
    """Tell what signals put there, from a thread of its own.

    A signal comes in the middle of anything, of an import or of another's output too, and can do neither itself.
    """

    def tell() -> None:
        while text := heard.get():
            notify(Event("interrupt", "note", text))

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        heard.put("")
        teller.join()


def _let_go(terminals: Iterable[int]) -> None:
    """Where a terminal is gone, every word to it would fail: from now on they go nowhere."""
    for stream in terminals:
        if not os.isatty(stream):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream)
            os.close(nowhere)


def interrupt() -> None:
    """Ask every running engine to stop after what is in flight; what takes but a moment comes to its end."""
    with _lock:
        for process in tuple(_running):
            process.send_signal(signal.SIGINT)
