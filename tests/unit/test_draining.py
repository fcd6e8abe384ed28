"""What a signal does to whoever is at work with an engine: it ends what is in flight, and comes to its own end."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from govcloud.engine import processes
from govcloud.engine.processes import draining
from govcloud.errors import Interrupted
from govcloud.text import say

# at a terminal of its own, as over SSH
AT_A_TERMINAL = """
import fcntl, os, pathlib, signal, sys, termios
from govcloud.engine.processes import draining
from govcloud.errors import Interrupted
from govcloud.events import Event
from govcloud.output.progress import watch
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signalled, told = os.pipe()
os.set_blocking(told, False)
signal.set_wakeup_fd(told)
try:
    with watch() as notify, draining(notify):
        notify(Event("iaas", "started"))
        print("ready", flush=True)
        os.read(signalled, 1)
        notify(Event("iaas", "done"))
        print("what is in flight ended", flush=True)
except Interrupted:
    pathlib.Path(sys.argv[1]).write_text("interrupted")
"""


def test_a_terminal_that_goes_away_is_a_ctrl_c(tmp_path: Path) -> None:
    """A connection that dropped must not be a kill -9, nor may words to a terminal that is no more be what fails."""
    master, slave = pty.openpty()
    done = tmp_path / "done"
    running = subprocess.Popen(
        [sys.executable, "-c", AT_A_TERMINAL, str(done)],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    try:
        told = b""
        while b"ready" not in told:
            assert select.select([master], [], [], 60)[0], told
            told += os.read(master, 4096)
        os.close(master)
        assert running.wait(60) == 0
    finally:
        running.kill()
        running.wait()
    assert done.read_text() == "interrupted"


def test_a_second_signal_may_come_while_the_first_is_still_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked for first is said all the same, and engines are told once."""
    told, said = [], []

    def interrupt() -> None:
        told.append("engines")
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(processes, "interrupt", interrupt)
    with pytest.raises(Interrupted), draining(lambda event: said.append(event.text)):
        os.kill(os.getpid(), signal.SIGINT)
    assert told == ["engines"]
    assert sorted(said) == sorted(say(f"engine.{word}") for word in ("draining", "still-draining"))


def test_who_is_to_outlive_the_terminal_goes_on() -> None:
    """As after nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with draining(lambda _: None):
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
