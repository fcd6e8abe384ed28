"""Rows as the store has them, held to what they should be.

A store outlives the program that wrote it: rows may have been written by another version, mended by hand, or come back
from a backup cut short. What cannot be read is told with its table and row, and stops the command.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from sqlalchemy import Row, Select, Table, select

from govcloud.config import hidden
from govcloud.errors import GovcloudError
from govcloud.request.source import legible
from govcloud.store.store import Store

T = TypeVar("T")
# what reading a row raises where it is no JSON, no date, empty where it may not be, or of another shape
_WRONG: Final = (ValueError, TypeError, AttributeError, KeyError)


def read(store: Store, table: Table, query: Select[Any], make: Callable[[Row[Any]], T]) -> list[T]:
    """What `make` makes of every row of a query on `table`; raises the first row that cannot be read."""
    with store.engine.connect() as connection:
        try:
            return [make(row) for row in connection.execute(query)]
        except _WRONG as error:
            # a driver fails for all rows at once: they are read one by one to tell which it is
            keys = list(table.primary_key)
            for values in connection.execute(select(*keys)).all():
                one = query.where(*(key == value for key, value in zip(keys, values, strict=True)))
                try:
                    for row in connection.execute(one):
                        make(row)
                except _WRONG as wrong:
                    raise _broken(store, table, "/".join(map(str, values)), wrong) from wrong
            raise _broken(store, table, "-", error) from error


def one_of(column: str, value: object, known: Collection[str]) -> None:
    """Raise for a word this program does not know."""
    if value not in known:
        raise ValueError(f"{column}: {value}")


def columns(row: Row[Any]) -> dict[str, Any]:
    """A row as plain data, by the names of its columns."""
    return dict(row._mapping)  # noqa: SLF001 - public, though it has an underscore


def _broken(store: Store, table: Table, row: str, error: Exception) -> GovcloudError:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    else:
        reason = str(error)
    return GovcloudError(
        "store.broken-row", url=hidden(store.url), table=table.name, row=legible(row), reason=legible(reason, 300)
    )
