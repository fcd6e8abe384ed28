"""All records as text and back: what a backup holds of the store, whichever database it is in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Column, DateTime, Table, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from govcloud.config import hidden
from govcloud.errors import GovcloudError
from govcloud.request.source import legible
from govcloud.store.database import snapshot
from govcloud.store.notes import RESTORED
from govcloud.store.runs import CHANGES, COPIED_AT
from govcloud.store.store import Store, aware, now
from govcloud.store.tables import leases, meta, metadata, runs

# a lease belongs to a process
COPIED: Final = tuple(table for table in metadata.sorted_tables if table is not leases)
_ROWS: Final = TypeAdapter(list[dict[str, Any]])


def copy_out(store: Store, dead: Mapping[str, dt.datetime] = MappingProxyType({})) -> Mapping[str, bytes]:
    """Every table as JSON, by name, all as they were at one moment.

    In a copy nobody is at work: a run under way is lost, and ended when it was `dead`, by its id, when somebody noted
    that, or just now. Left open, it would have made whatever came into being until somebody goes on with the copy. What
    did not come to its end bears the moment it was first copied: it may be gone on with here, and the copy never knows.
    """
    found: dict[str, bytes] = {}
    moment = _out(now())
    with snapshot(store.engine) as connection:
        for table in COPIED:
            query = select(table).order_by(*table.primary_key)
            rows = [
                {column.name: _out(row[i]) for i, column in enumerate(table.c)} for row in connection.execute(query)
            ]
            if table is meta:
                rows = [row for row in rows if row["key"] != RESTORED]  # that belongs to this place
            for row in rows if table is runs else ():
                if row["outcome"] == "running":
                    row |= {"outcome": "lost", "ended": _out(dead.get(row["id"]) or row["ended"] or now())}
                if row["outcome"] != "done" and row["kind"] in CHANGES:
                    row["record"] = {COPIED_AT: moment, **row["record"]}
            found[table.name] = json.dumps(rows, ensure_ascii=False, indent=1).encode()
    return found


def refuse_unless_empty(store: Store) -> None:
    """Raise GovcloudError where the store holds anything but what it is founded with."""
    with store.engine.connect() as connection:
        for table in COPIED:
            if table is not meta and connection.execute(select(func.count()).select_from(table)).scalar_one():
                raise GovcloudError("records.not-empty", what=hidden(store.url))


def copy_in(store: Store, tables: Mapping[str, bytes]) -> None:
    """Write what `copy_out` gave, all or nothing; raises GovcloudError where the store holds anything already.

    So it does where `tables` are not what a store holds, with nothing made. When that was is noted.
    """
    rows = {table: _rows(table, tables[table.name]) for table in COPIED}
    with store.alone():
        refuse_unless_empty(store)
        with store.engine.begin() as connection:
            connection.execute(delete(meta))
            if rows[meta]:
                rows[meta] = [*rows[meta], {"key": RESTORED, "value": _after(rows[runs]).isoformat()}]
            for table in COPIED:
                try:
                    if rows[table]:
                        connection.execute(insert(table), rows[table])
                except IntegrityError as error:
                    raise _broken(table, str(error.orig)) from error


def _after(begun: Iterable[Mapping[str, Any]]) -> dt.datetime:
    """Now, or when the last of these runs began, where the clock they were written by is ahead of ours."""
    started: list[dt.datetime] = [run["started"] for run in begun]
    return max([now(), *started])


def _out(value: Any) -> Any:
    return aware(value).isoformat() if isinstance(value, dt.datetime) else value


def _rows(table: Table, content: bytes) -> list[Mapping[str, Any]]:
    """A table's rows out of their text."""
    try:
        return [_row(table, row) for row in _ROWS.validate_json(content)]
    except (ValueError, TypeError) as error:
        raise _broken(table, str(error)) from error


def _row(table: Table, row: Mapping[str, Any]) -> Mapping[str, Any]:
    differing = row.keys() ^ {column.name for column in table.c}
    if differing:
        raise ValueError(", ".join(sorted(differing)))
    return {name: _value(table.c[name], value) for name, value in row.items()}


def _value(column: Column[Any], value: Any) -> Any:
    if value is None and column.nullable:
        return None
    if isinstance(column.type, DateTime):
        return dt.datetime.fromisoformat(value)
    # a PostgreSQL would refuse what an SQLite takes
    if value is None or not isinstance(value, column.type.python_type):
        raise TypeError(f"{column.name}: {type(value).__name__}")
    return value


def _broken(table: Table, reason: str) -> GovcloudError:
    return GovcloudError("store.broken-copy", table=table.name, reason=legible(reason, 300))
