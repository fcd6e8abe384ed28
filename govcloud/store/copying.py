"""All records as text and back: what a backup holds of the store, whichever database it is in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Column, DateTime, Table, delete, func, insert, select

from govcloud.config import hidden
from govcloud.errors import GovcloudError
from govcloud.store.database import snapshot
from govcloud.store.store import Store, aware
from govcloud.store.tables import leases, meta, metadata

# a lease belongs to a process
COPIED: Final = tuple(table for table in metadata.sorted_tables if table is not leases)


def copy_out(store: Store) -> Mapping[str, bytes]:
    """Every table as JSON, by name, all as they were at one moment."""
    found: dict[str, bytes] = {}
    with snapshot(store.engine) as connection:
        for table in COPIED:
            query = select(table).order_by(*table.primary_key)
            rows = [
                {column.name: _out(row[i]) for i, column in enumerate(table.c)} for row in connection.execute(query)
            ]
            found[table.name] = json.dumps(rows, ensure_ascii=False, indent=1).encode()
    return found


def refuse_unless_empty(store: Store) -> None:
    """Raise GovcloudError where the store holds anything but what it is founded with."""
    with store.engine.connect() as connection:
        for table in COPIED:
            if table is not meta and connection.execute(select(func.count()).select_from(table)).scalar_one():
                raise GovcloudError("records.not-empty", what=hidden(store.url))


def copy_in(store: Store, tables: Mapping[str, bytes]) -> None:
    """Write what `copy_out` gave, all or nothing; raises GovcloudError where the store holds anything already."""
    with store.alone():
        refuse_unless_empty(store)
        with store.engine.begin() as connection:
            connection.execute(delete(meta))
            for table in COPIED:
                rows = [_in(table, row) for row in json.loads(tables[table.name])]
                if rows:
                    connection.execute(insert(table), rows)


def _out(value: Any) -> Any:
    return aware(value).isoformat() if isinstance(value, dt.datetime) else value


def _in(table: Table, row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: _value(table.c[name], value) for name, value in row.items()}


def _value(column: Column[Any], value: Any) -> Any:
    return dt.datetime.fromisoformat(value) if isinstance(column.type, DateTime) and value is not None else value
