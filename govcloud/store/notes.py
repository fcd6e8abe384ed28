"""What is true of the whole store, by name; said once."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from govcloud.store.database import put
from govcloud.store.store import Store
from govcloud.store.tables import meta

# which passphrase the engine's state is encrypted with, as its fingerprint
ENCRYPTED_WITH: Final = "passphrase"


def note(store: Store, name: str, value: str) -> str:
    """Note a value unless there is one; returns what holds."""
    with store.engine.begin() as connection:
        put(connection, meta, [{"key": name, "value": value}], over=False)
    return noted(store, name) or value


def noted(store: Store, name: str) -> str | None:
    """The value noted under a name, or None."""
    if not store.exists:
        return None
    with store.engine.connect() as connection:
        return connection.execute(select(meta.c.value).where(meta.c.key == name)).scalar()
