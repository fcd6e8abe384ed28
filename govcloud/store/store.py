"""Opening the store."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from sqlalchemy import Engine, insert, inspect, select

from govcloud.errors import GovcloudError
from govcloud.store import database
from govcloud.store.tables import SCHEMA, meta, metadata

# the setting that says where it is
SETTING: Final = "store"


@dataclass(frozen=True)
class Store:
    """The records of one operator, at a database's address; made at the first write."""

    url: str = field(repr=False)

    @cached_property
    def engine(self) -> Engine:
        """The database, its tables in place."""
        engine = database.connect(self.url, SETTING)
        with database.reaching(self.url, SETTING):
            if database.is_blank(self.url) or _schema(engine) is None:
                with database.alone(engine):
                    _found(engine)
        if _schema(engine) != str(SCHEMA):
            raise GovcloudError("store.other-schema", found=_schema(engine), wanted=SCHEMA)
        return engine

    @property
    def exists(self) -> bool:
        """Has anything been written? Reading commands make no store."""
        if "engine" in vars(self):
            return True
        file = database.sqlite_file(self.url)
        with database.reaching(self.url, SETTING):
            if file is not None and not (file.exists() and file.stat().st_size):
                return False
        return _schema(database.connect(self.url, SETTING)) is not None

    @cached_property
    def id(self) -> str:
        """The store's own id, made once; the operator's domain bears it."""
        with self.engine.connect() as connection:
            found = connection.execute(select(meta.c.value).where(meta.c.key == "store")).scalar()
        if not found:
            raise database.damaged(self.url, "meta: store")
        return str(found)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process after the other, whatever machine it is on; for moments, not for work."""
        with database.alone(self.engine):
            yield


def _schema(engine: Engine) -> str | None:
    """Which tables the database has, or None where it has none of ours; raises where it had them once.

    A store that lost its schema must not pass for an empty one: every tenancy would be forgotten.
    """
    if not inspect(engine).has_table(meta.name):
        return None
    with engine.connect() as connection:
        noted = {row.key: row.value for row in connection.execute(select(meta.c.key, meta.c.value))}
    if noted and "schema" not in noted:
        raise database.damaged(engine.url.render_as_string(hide_password=True), "meta: schema")
    return noted.get("schema")


def _found(engine: Engine) -> None:
    """Make the tables, unless another process was quicker; what the schema says is written with all else, at last."""
    if _schema(engine) is None:
        database.let_many_in(engine)
        metadata.create_all(engine)
        rows = [{"key": "store", "value": secrets.token_hex(8)}, {"key": "schema", "value": str(SCHEMA)}]
        with engine.begin() as connection:
            connection.execute(insert(meta), rows)


def now() -> dt.datetime:
    """This moment, with its zone."""
    return dt.datetime.now(dt.UTC)


def aware(moment: dt.datetime) -> dt.datetime:
    """A moment read from the database, in UTC: SQLite forgets that it was, PostgreSQL tells it in the server's zone."""
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
