"""Is there space for what a change writes down? A disk that gets full in the middle cuts the engine's state short.

Of files alone: a database that is full refuses, and keeps what it has.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from govcloud.config import space
from govcloud.errors import GovcloudError
from govcloud.store.bucket import Bucket, Folder
from govcloud.store.database import sqlite_file
from govcloud.store.store import Store

MEBIBYTE: Final = 2**20
# for what is small, and for others who write to the same disk meanwhile
FLOOR: Final = 64 * MEBIBYTE
# a stack is on the disk many times over while an engine writes it: a draft, its copies and ours, one in its history
TIMES: Final = 8


def needed(taken: int) -> int:
    """How many bytes must be free where stacks that take so many are changed."""
    return FLOOR + TIMES * taken


def refuse_without_space(
    store: Store, state: Bucket | None, taken: int, free: Callable[[Path], int | None] = space
) -> None:
    """Raise GovcloudError, before anything is changed, where store or state are files on a disk that is nearly full.

    `taken` is how many bytes the stacks take that are to be written; `free` tells how many a folder still has.
    """
    file = sqlite_file(store.url)
    folders = [file.parent] if file else []
    folders += [state.root] if isinstance(state, Folder) else []
    for folder in folders:
        left = free(folder)
        if left is not None and left < needed(taken):
            raise GovcloudError(
                "store.no-space", folder=folder, left=left // MEBIBYTE, needed=-(-needed(taken) // MEBIBYTE)
            )


def taken_by(state: Bucket | None, tenancy: str) -> int:
    """How many bytes the stacks of a tenancy take now, where they are files."""
    return state.size(tenancy) if isinstance(state, Folder) else 0
