"""Opening the store."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from govcloud.errors import GovcloudError
from govcloud.store.tables import SCHEMA, meta, metadata


@dataclass(frozen=True)
class Store:
    """The records of one operator, at a database URL; made at the first write."""

    url: str

    @cached_property
    def engine(self) -> Engine:
        """The database, its tables in place."""
        try:
            if self.url.startswith("sqlite:///"):
                Path(self.url.removeprefix("sqlite:///")).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            engine = create_engine(self.url)
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", _careful_sqlite)
            metadata.create_all(engine)
            self._check_schema(engine)
        except SQLAlchemyError as error:
            raise GovcloudError("store.unreachable", url=_without_password(self.url), reason=str(error)) from error
        return engine

    @property
    def exists(self) -> bool:
        """Has anything been written? Reading commands make no store."""
        if not self.url.startswith("sqlite:///"):
            return True
        return Path(self.url.removeprefix("sqlite:///")).exists()

    @cached_property
    def id(self) -> str:
        """The store's own id, made once; the operator's domain bears it."""
        with self.engine.connect() as connection:
            found = connection.execute(select(meta.c.value).where(meta.c.key == "store")).scalar()
        return str(found)

    def _check_schema(self, engine: Engine) -> None:
        fresh = [{"key": "schema", "value": str(SCHEMA)}, {"key": "store", "value": secrets.token_hex(8)}]
        with engine.connect() as connection:
            found = connection.execute(select(meta.c.value).where(meta.c.key == "schema")).scalar()
        if found is None:
            try:
                with engine.begin() as connection:
                    connection.execute(insert(meta), fresh)
            except IntegrityError:
                # another process made the store at the same moment: its id holds
                return
        elif int(found) != SCHEMA:
            raise GovcloudError("store.other-schema", found=found, wanted=SCHEMA)


def _careful_sqlite(connection: object, entry: ConnectionPoolEntry) -> None:
    del entry
    cursor = connection.cursor()  # type: ignore[attr-defined] # the driver's connection has no common type
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _without_password(url: str) -> str:
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - only for an error message

    return make_url(url).render_as_string(hide_password=True)


def now() -> dt.datetime:
    """This moment, with its zone."""
    return dt.datetime.now(dt.UTC)


def aware(moment: dt.datetime) -> dt.datetime:
    """A moment read from the database: SQLite forgets that it was UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
