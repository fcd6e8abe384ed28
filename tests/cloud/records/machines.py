"""Machines of one operator: the same repository and cloud, a place of its own for what a machine keeps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.cloud.conftest import until
from tests.cloud.workshop import Workshop
from tests.postgresql import Server

# a name and a table of processes of its own; whoever is in it dies with it, as when a machine loses its power
_APART = ("unshare", "--uts", "--pid", "--fork", "--mount-proc", "--kill-child")
_NAMED = ("sh", "-c", 'echo "$0" > /proc/sys/kernel/hostname && exec "$@"')


def machine(shop: Workshop, folder: Path, **settings: str) -> Workshop:
    """The workshop on a new machine, that has nothing of the first but the repository and the way to the cloud."""
    own = {name: value for name, value in shop.environment.items() if not name.startswith("GOVCLOUD_")}
    return replace(shop, environment={**own, "XDG_STATE_HOME": str(folder), **settings})


def in_postgresql(server: Server) -> Mapping[str, str]:
    """Settings that put store and state into new databases, one for each."""
    store, state = (server.address(server.database()) for _ in range(2))
    return {"GOVCLOUD_STORE": store, "GOVCLOUD_STATE": state.replace("postgresql://", "postgres://")}


def move(shop: Workshop, there: Workshop) -> None:
    """From now on the workshop is on that machine, also when it is cleared in the end."""
    shop.environment.clear()
    shop.environment.update(there.environment)


@dataclass
class Distant:
    """A command on a machine that others cannot look into; `name` is that machine's."""

    name: str
    process: subprocess.Popen[str]
    told: str = ""

    def wait_for(self, words: str) -> None:
        """Wait until it says this on stderr."""
        assert self.process.stderr is not None
        while words not in self.told:
            line = self.process.stderr.readline()
            assert line, f"it ended before it said {words!r}: {self.told}"
            self.told += line

    def stop(self) -> None:
        """Hold it in the middle of its work, its engines and their providers too: all that is left to do stays so."""
        for pid in self._all():
            os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it work again."""
        for pid in self._all():
            os.kill(pid, signal.SIGCONT)

    def end(self) -> int:
        """Its exit code, when it ends."""
        _, rest = self.process.communicate(timeout=300)
        self.told += rest
        return self.process.returncode

    def lose_power(self) -> None:
        """The machine is off: the command, its engines and their providers are gone at once."""
        inner = self._inner()
        os.kill(inner, signal.SIGKILL)
        self.end()
        until(lambda: not Path(f"/proc/{inner}").exists())

    def _inner(self) -> int:
        return _children(self.process.pid)[0]

    def _all(self) -> Iterator[int]:
        """The command and what it started, parents first."""
        waiting = [self._inner()]
        while waiting:
            pid = waiting.pop()
            yield pid
            waiting += _children(pid)


def _children(pid: int) -> list[int]:
    """Those of all its threads, for any of them may have started one."""
    files = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(word) for file in files for word in file.read_text("ascii").split()]


def start_far_away(shop: Workshop, name: str, *arguments: str) -> Distant:
    """Start `govcloud` on a machine of this name."""
    command = [*_APART, *_NAMED, name, sys.executable, "-m", "govcloud", *arguments]
    process = subprocess.Popen(
        command, cwd=shop.root, env=shop.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return Distant(name, process)
