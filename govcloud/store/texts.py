"""Rendered user-data by its sha256: a machine keeps the text it was born with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from govcloud.store.database import put
from govcloud.store.store import Store
from govcloud.store.tables import texts


def digest(content: str) -> str:
    """The sha256 of a text, in hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def keep(store: Store, contents: Iterable[str]) -> None:
    """Keep texts; one that is kept already stays."""
    rows = [{"sha256": digest(content), "content": content} for content in dict.fromkeys(contents)]
    with store.engine.begin() as connection:
        put(connection, texts, rows, over=False)


def fetch(store: Store, digests: Iterable[str]) -> Mapping[str, str]:
    """The texts that are kept, by digest."""
    if not store.exists:
        return {}
    with store.engine.connect() as connection:
        rows = connection.execute(select(texts).where(texts.c.sha256.in_(list(digests))))
        return {row.sha256: row.content for row in rows}
