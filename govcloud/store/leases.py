"""Leases: one change of a tenancy at a time, and the dead give way.

A lease spans everything from the guard's preview to the last check, which Pulumi's own lock does not. It names the
process that holds it; whether that lives is read from the kernel, so that a killed run can be run again at once. A
holder on another machine is judged by its silence, and the times of leases are the database's: clocks differ.

Who must not wait, as isolation must not, holds the right to interrupt beside it: the holder hears of that and stops as
by Ctrl-C, wherever it runs.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from govcloud.errors import GovcloudError, Interrupted, Locked
from govcloud.store.presence import lives, presence
from govcloud.store.rows import read
from govcloud.store.runs import CHANGES, Run, history, note_over
from govcloud.store.store import Store, aware, now
from govcloud.store.tables import leases

# a holder on another machine is taken for dead after this silence
SILENCE: Final = dt.timedelta(minutes=15)
# and is heard of this often
HEARTBEAT: Final = 60.0
# what a service was asked for just before takes effect within this
IN_FLIGHT: Final = dt.timedelta(seconds=60)
# and listens this often for somebody who wants it to stop
LISTENING: Final = 1.0


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
    renewed: dt.datetime
    silent: dt.timedelta

    @property
    def over(self) -> dt.datetime:
        """If it is dead: by when it was, and what it had sent had taken effect."""
        return self.renewed + dt.timedelta(seconds=HEARTBEAT) + IN_FLIGHT

    @property
    def who(self) -> Mapping[str, Any]:
        """The holder as sentences name him: person, command, machine and process."""
        return {"actor": self.actor, "command": self.command, "host": self.host, "pid": self.pid}

    @property
    def alive(self) -> bool:
        """Is the holder still at work?"""
        seen = lives(self.pid, self.born)
        return self.silent < SILENCE if seen is None else seen


def held(store: Store, name: str) -> Lease | None:
    """The lease on `name`, or None."""
    return next((lease for lease in all_leases(store) if lease.name == name), None)


def at_work(store: Store, name: str) -> Lease | None:
    """The lease on `name` of whoever is at work there, or None."""
    holder = held(store, name)
    return holder if holder is not None and holder.alive else None


def all_leases(store: Store) -> list[Lease]:
    """Every lease, the living's and the dead's."""
    if not store.exists:
        return []
    return read(store, leases, select(leases, func.now().label("moment")), _lease)


@contextmanager
def lease(store: Store, name: str, run: str, *, actor: str, command: str) -> Iterator[Lease | None]:
    """Hold `name` while the block runs; yields the dead lease that was taken over, or None.

    Raises Locked when a living process holds it or interrupts it; interrupted later, Interrupted says by whom. What the
    dead one left running is for the caller to end.
    """
    dead = held(store, name)
    if dead is not None and dead.alive:
        raise locked(name, dead)
    values = {
        "name": name, "run": run, "actor": actor, "command": command, "host": socket.gethostname(), "pid": os.getpid(),
        "born": presence(), "since": func.now(), "renewed": func.now(),
    }  # fmt: skip
    try:
        with store.engine.begin() as connection:
            # in one step: a third who came in between would not hear of the dead
            if dead is not None and not _remove(connection, dead, dead.over):
                dead = None
            connection.execute(insert(leases).values(**values))
    except IntegrityError as error:
        raise locked(name, held(store, name)) from error
    beating = threading.Event()
    heart = threading.Thread(target=_beat, args=(store, name, run, beating), daemon=True)
    heart.start()
    try:
        _refuse_interrupted(store, name)
        yield dead
    except (Interrupted, KeyboardInterrupt) as error:
        by = interrupted(store, name)
        if by is None:
            raise
        raise Interrupted("store.interrupted", name=name, actor=by.actor, command=by.command) from error
    finally:
        beating.set()
        heart.join()
        with store.engine.begin() as connection:
            connection.execute(delete(leases).where(leases.c.name == name, leases.c.run == run))


@contextmanager
def interrupting(store: Store, name: str, run: str, *, actor: str, command: str) -> Iterator[Lease | None]:
    """Have whoever holds `name` end what is in flight and stop, and nobody begin; yields the holder, or None."""
    with lease(store, _right(name), run, actor=actor, command=command):
        yield held(store, name)


def interrupted(store: Store, name: str) -> Lease | None:
    """Who is interrupting what is done with `name`, or None."""
    by = held(store, _right(name))
    return by if by is not None and by.alive else None


def _right(name: str) -> str:
    return f"{name}/interrupt"


def _refuse_interrupted(store: Store, name: str) -> None:
    # looked for when the lease is ours: whoever interrupts looks for us when the right is theirs, so one sees the other
    by = interrupted(store, name)
    if by is not None:
        raise locked(name, by)


def _beat(store: Store, name: str, run: str, stop: threading.Event) -> None:
    """Say again and again that we live, for those who cannot look into our kernel, and hear whether we shall stop.

    A database that does not answer is asked again at the next beat. Where our lease is gone (this machine slept, and
    another took over) what we do must end, as by Ctrl-C.
    """
    mine = (leases.c.name == name) & (leases.c.run == run)
    due, told = time.monotonic() + HEARTBEAT, False
    while not stop.wait(min(LISTENING, HEARTBEAT)):
        with suppress(GovcloudError):
            if not told and interrupted(store, name):
                told = True
                _press_ctrl_c()
            if time.monotonic() < due:
                continue
            with store.engine.begin() as connection:
                if connection.execute(update(leases).where(mine).values(renewed=func.now())).rowcount == 0:
                    _press_ctrl_c()
                    return
            due = time.monotonic() + HEARTBEAT


def _press_ctrl_c() -> None:
    """A signal, so that a main thread that waits for an answer or an engine hears it as well."""
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, signal.SIGINT)


def locked(name: str, holder: Lease | None) -> Locked:
    """The error that says who holds `name`."""
    if holder is None:
        return Locked("store.leased-by-someone", name=name)
    if lives(holder.pid, holder.born) is None:
        wait: Mapping[str, Any] = {
            "seconds": round(holder.silent.total_seconds()),
            "minutes": SILENCE // dt.timedelta(minutes=1),
        }
        return Locked("store.leased-elsewhere", name=name, **holder.who, **wait)
    return Locked("store.leased", name=name, **holder.who)


def history_as_it_is(store: Store, tenancy: str) -> list[Run]:
    """The runs of a tenancy, newest first; one whose process died is lost, though nobody wrote that down yet.

    A change holds a lease from its first moment; what else is recorded soon takes one, or is over.
    """

    def working() -> set[str]:
        return {lease.run for lease in all_leases(store) if lease.alive}

    before = working()
    found = history(store, tenancy)
    alive = before | working()  # one may have begun, or ended, while we looked
    soon = now() - IN_FLIGHT
    leased = (run for run in found if run.kind in CHANGES or dt.datetime.fromisoformat(run.started) < soon)
    lost = {run.id for run in leased if run.outcome == "running"} - alive
    return [replace(run, outcome="lost") if run.id in lost else run for run in found]


def release(store: Store, dead: Lease, *, over: dt.datetime | None = None) -> None:
    """Remove a lease whose holder is dead, and note by when it was; one that was heard of since we looked keeps it.

    Who just ended what outlived it knows better when it was `over`.
    """
    with store.engine.begin() as connection:
        _remove(connection, dead, over or dead.over)


def _remove(connection: Connection, dead: Lease, over: dt.datetime) -> bool:
    """Remove a dead lease, if it is still there as it was seen."""
    seen = (leases.c.name == dead.name) & (leases.c.run == dead.run) & (leases.c.renewed <= dead.renewed)
    if not connection.execute(delete(leases).where(seen)).rowcount:
        return False
    note_over(connection, dead.run, over)
    return True


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
        renewed=aware(row.renewed),
        silent=aware(row.moment) - aware(row.renewed),
    )
