"""Is the process that wrote its name somewhere still there?

The name must hold in a province: several machines share one PostgreSQL, some of them are called `localhost`, and in a
container process 17 is another one than outside.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Final

_MACHINE: Final = Path("/etc/machine-id")
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE: Final = Path("/proc/self/ns/pid")


def presence() -> str:
    """This process by its machine, boot, pid namespace and start, joined by blanks."""
    return " ".join((*_here(), _start(os.getpid())))


def lives(pid: int, then: str) -> bool | None:
    """Does the process live that called itself `then`? None where that cannot be seen from here."""
    machine, boot, namespace, start = (then.split(" ") + [""] * 4)[:4]
    here = _here()
    if machine != here[0]:
        return None
    if boot != here[1]:
        return False  # the machine was started anew since
    return start == _start(pid) if namespace == here[2] else None


def _here() -> tuple[str, str, str]:
    """Clones have one machine-id, and small containers none: the name goes with it."""
    return f"{socket.gethostname()}/{_text(_MACHINE)}", _text(_BOOT), str(_NAMESPACE.stat().st_ino)


def _start(pid: int) -> str:
    """When a process started, in kernel ticks since boot; empty when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    # a zombie is dead, only not yet buried
    return "" if fields[0] == "Z" else fields[19]


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii").strip()
    except OSError:
        return ""
