"""Leases: one change of a tenancy at a time, and the dead give way.

A lease spans everything from the guard's preview to the last check, which Pulumi's own lock does not. It names the
process that holds it; whether that lives is read from the kernel, so that a killed run can be run again at once.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from govcloud.errors import Locked
from govcloud.store.store import Store, aware, now
from govcloud.store.tables import leases

# a holder on another machine is taken for dead after this silence
SILENCE: Final = dt.timedelta(minutes=15)
# and is heard of this often
HEARTBEAT: Final = 60.0


@dataclass(frozen=True)
class Lease:
    """Who holds a tenancy, since when, and how long nothing was heard of it."""

    name: str
    run: str
    actor: str
    command: str
    host: str
    pid: int
    born: str
    since: str
    silent: dt.timedelta

    @property
    def alive(self) -> bool:
        """Is the holder still at work?"""
        if self.host != socket.gethostname():
            return self.silent < SILENCE
        return birth(self.pid) == self.born


def birth(pid: int) -> str:
    """When a process of this machine started, in kernel ticks since boot; empty when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    # a zombie is dead, only not yet buried
    return "" if fields[0] == "Z" else fields[19]


def held(store: Store, name: str) -> Lease | None:
    """The lease on `name`, or None."""
    if not store.exists:
        return None
    with store.engine.connect() as connection:
        row = connection.execute(select(leases).where(leases.c.name == name)).first()
    return _lease(row) if row else None


@contextmanager
def lease(store: Store, name: str, run: str, *, actor: str, command: str) -> Iterator[Lease | None]:
    """Hold `name` while the block runs; yields the dead lease that was taken over, or None.

    Raises Locked when a living process holds it. What the dead one left running is for the caller to end.
    """
    dead = held(store, name)
    if dead is not None:
        if dead.alive:
            raise locked(name, dead)
        release(store, dead)
    values = {
        "name": name, "run": run, "actor": actor, "command": command, "host": socket.gethostname(), "pid": os.getpid(),
        "born": birth(os.getpid()), "since": now(), "renewed": now(),
    }  # fmt: skip
    try:
        with store.engine.begin() as connection:
            connection.execute(insert(leases).values(**values))
    except IntegrityError as error:
        raise locked(name, held(store, name)) from error
    beating = threading.Event()
    heart = threading.Thread(target=_beat, args=(store, name, run, beating), daemon=True)
    heart.start()
    try:
        yield dead
    finally:
        beating.set()
        heart.join()
        with store.engine.begin() as connection:
            connection.execute(delete(leases).where(leases.c.name == name, leases.c.run == run))


def _beat(store: Store, name: str, run: str, stop: threading.Event) -> None:
    """Say again and again that we live, for those who cannot look into our kernel."""
    while not stop.wait(HEARTBEAT):
        with store.engine.begin() as connection:
            connection.execute(update(leases).where(leases.c.name == name, leases.c.run == run).values(renewed=now()))


def locked(name: str, holder: Lease | None) -> Locked:
    """The error that says who holds `name`."""
    if holder is None:
        return Locked("store.leased-by-someone", name=name)
    return Locked(
        "store.leased", name=name, actor=holder.actor, command=holder.command, host=holder.host, pid=holder.pid
    )


def release(store: Store, dead: Lease) -> None:
    """Remove a lease whose holder is dead."""
    with store.engine.begin() as connection:
        connection.execute(delete(leases).where(leases.c.name == dead.name, leases.c.run == dead.run))


def _lease(row: Row[Any]) -> Lease:
    return Lease(
        name=row.name,
        run=row.run,
        actor=row.actor,
        command=row.command,
        host=row.host,
        pid=row.pid,
        born=row.born,
        since=aware(row.since).isoformat(timespec="seconds"),
        silent=now() - aware(row.renewed),
    )
