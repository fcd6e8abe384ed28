"""SQLite and PostgreSQL: what differs between them stands here, and nowhere else."""

from __future__ import annotations

import atexit
import fcntl
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, ExceptionContext, Table, create_engine, event, func, make_url, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from govcloud.config import address, bad_address, encrypted, hidden, private
from govcloud.errors import GovcloudError, Locked

SQLITE: Final = "sqlite:///"
# any number will do, as long as all of us take the same
_TURN: Final = 0x676F76636C6F7564
# how long to wait for a server that does not answer, in seconds
_PATIENCE: Final = 15
# and for another process that writes to an SQLite store
BUSY: Final = 30
# PostgreSQL's word for that, whatever language it speaks
_LOCK_NOT_AVAILABLE: Final = "55P03"
# a machine that lost its power says nothing: the server asks after so many seconds, so often, and before we give up
_ASKING: Final = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "2"}
# what both say when nothing more can be written, and the system when it says why
_FULL: Final = re.compile(r"disk is full|no space left on device|disk quota exceeded", re.I)
# what both say of a store that is no longer what we made
_DAMAGED: Final = re.compile(
    r"no such (table|column)|has no column|not a database|malformed|(relation|column) .*does not exist"
)


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite store, or None."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


@cache
def connect(url: str, setting: str) -> Engine:
    """The database at an address that was set as `setting`; nothing is made there, and nobody is asked yet."""
    engine = _sqlite(url) if sqlite_file(url) else _postgresql(address(setting, url), setting)
    # whoever hangs up last has SQLite put all into the one file; left open, whoever looks next would have to write that
    atexit.register(engine.dispose)

    @event.listens_for(engine, "handle_error")
    def translate(context: ExceptionContext) -> None:
        """What the database refuses becomes an error of ours, but for the conflicts that we reckon with."""
        error = context.original_exception
        # SQLAlchemy brings Ctrl-C here as well
        ours = isinstance(error, Exception) and not isinstance(context.sqlalchemy_exception, IntegrityError)
        if ours and not context.is_pre_ping:
            raise _trouble(setting, url, str(error).strip(), getattr(error, "sqlstate", None))

    return engine


def _trouble(setting: str, url: str, reason: str, state: str | None = None) -> GovcloudError:
    """The error for what a database says of itself; `state` is what PostgreSQL calls it."""
    if "database is locked" in reason or state == _LOCK_NOT_AVAILABLE:
        return Locked("store.busy", url=hidden(url), seconds=BUSY)
    if _FULL.search(reason):
        file = sqlite_file(url)
        return GovcloudError("store.full", url=hidden(url), reason=reason, where=f" {file.parent}" if file else "")
    if _DAMAGED.search(reason):
        return damaged(url, reason)
    return GovcloudError("store.unreachable", setting=setting, url=hidden(url), reason=reason)


def damaged(url: str, reason: str) -> GovcloudError:
    """The error for a store that lost something, or is none."""
    return GovcloudError("store.damaged", url=hidden(url), reason=reason)


@contextmanager
def reaching(url: str, setting: str) -> Iterator[None]:
    """Files that cannot be reached become an error of ours while the block runs."""
    try:
        yield
    except OSError as error:
        raise _trouble(setting, url, f"{error.strerror or error}: {error.filename}") from error


def _sqlite(url: str) -> Engine:
    engine = create_engine(url)
    event.listen(engine, "connect", _careful)
    return engine


def _careful(connection: object, entry: ConnectionPoolEntry) -> None:
    del entry
    cursor = connection.cursor()  # type: ignore[attr-defined] # the driver's connection has no common type
    cursor.execute(f"PRAGMA busy_timeout={int(BUSY * 1000)}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _postgresql(url: str, setting: str) -> Engine:
    try:
        parsed = make_url(encrypted(url))
        if parsed.get_backend_name() not in ("postgres", "postgresql"):
            raise bad_address(setting, url)
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            # an apply may be silent for longer than a firewall remembers a connection
            pool_pre_ping=True,
            connect_args={"application_name": "govcloud", "connect_timeout": _PATIENCE},
        )
    except ImportError as error:
        raise GovcloudError("store.no-driver", reason=str(error)) from error
    except (ArgumentError, ValueError) as error:
        raise bad_address(setting, url) from error


def is_blank(url: str) -> bool:
    """Is this an SQLite store nobody has written to? Its file is made for this user's eyes only."""
    file = sqlite_file(url)
    if file is None:
        return False
    private(file.absolute().parent)
    # one that is there is never opened here: to close it would take this process's locks from SQLite, and whoever hangs
    # up next would throw away the log that we write to
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    return file.stat().st_size == 0


def let_many_in(engine: Engine) -> None:
    """Let others read an SQLite store while one writes; it remembers. To be done while nobody else is there."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """One process after the other, on whatever machine; one that dies gives its turn up, and so does its machine."""
    if engine.dialect.name == "sqlite":
        with os.fdopen(os.open(f"{engine.url.database}.lock", os.O_RDWR | os.O_CREAT, 0o600)) as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield
    else:
        with engine.begin() as connection:
            settings = {"lock_timeout": str(int(BUSY * 1000)), **_ASKING}
            connection.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))
            connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
            yield


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """The database as it is at one moment, whatever is written meanwhile."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
    else:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            yield connection


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, over: bool = True) -> None:
    """Write rows, with `over` the given columns of those that are there, in one step that nobody can come between.

    To delete and insert would do on SQLite, where writers queue; on PostgreSQL two who do that meet in the middle.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement: Any
    if connection.dialect.name == "sqlite":
        statement = sqlite.insert(table)
    else:
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - loads a driver, a tenth of a command's start

        statement = postgresql.insert(table)
    values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    statement = (
        statement.on_conflict_do_update(index_elements=keys, set_=values)
        if over
        else statement.on_conflict_do_nothing(index_elements=keys)
    )
    connection.execute(statement, list(rows))
