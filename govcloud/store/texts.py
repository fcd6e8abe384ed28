"""Rendered user-data by its sha256: a machine keeps the text it was born with."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row, select

from govcloud.config import hidden
from govcloud.errors import GovcloudError
from govcloud.store.database import put
from govcloud.store.rows import read
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
    return dict(read(store, texts, select(texts).where(texts.c.sha256.in_(list(digests))), _text))


def gather(store: Store, digests: Collection[str], fresh: Iterable[str]) -> Mapping[str, str]:
    """The texts with these digests, from the store and from those just rendered, and the rendered ones.

    Raises where one is in neither: a machine that was born with it would be made anew with another.
    """
    known = {**fetch(store, digests), **{digest(text): text for text in fresh}}
    lost = sorted(set(digests) - known.keys())
    if lost:
        raise GovcloudError("store.lost-text", url=hidden(store.url), digest=lost[0])
    return known


def _text(row: Row[Any]) -> tuple[str, str]:
    if digest(row.content) != row.sha256:
        raise ValueError("content: sha256")
    return row.sha256, row.content
