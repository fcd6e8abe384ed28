"""What is true of the whole store, by name; said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from govcloud.store.database import put
from govcloud.store.store import Store
from govcloud.store.tables import meta

# which passphrase the engine's state is encrypted with, as its fingerprint
ENCRYPTED_WITH: Final = "passphrase"
# when these records came here out of a backup
RESTORED: Final = "restored"
# the code of a system that has another now
_CODE: Final = "code/"


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


def keep_code(store: Store, code: str, tenancy: str) -> None:
    """Remember whose code it was before another: flows of others may name it still, and nobody else is given it."""
    note(store, f"{_CODE}{code}", tenancy)


def former_codes(store: Store) -> Mapping[str, str]:
    """The codes that standing systems had before those they have, each with the tenancy that had it."""
    if not store.exists:
        return {}
    query = select(meta.c.key, meta.c.value).where(meta.c.key.startswith(_CODE, autoescape=True))
    with store.engine.connect() as connection:
        return {row.key.removeprefix(_CODE): row.value for row in connection.execute(query)}
