"""The records of one operator: the store, the engine's state, and what an engine needs to read that.

The three belong together: a state without its store is nobody's, and without its passphrase nobody can use it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from govcloud.config import settings
from govcloud.engine.engine import PASSPHRASE, STACKS, engine_folder
from govcloud.engine.living import is_at_work
from govcloud.store.bucket import Bucket, open_bucket
from govcloud.store.leases import all_leases, locked
from govcloud.store.store import Store, now

# a stack's settings have the salt of its secrets
_SETTINGS: Final = re.compile(r"Pulumi\.(.+)\.yaml")


@dataclass(frozen=True)
class Records:
    """Where the records are; `engine` is the engine's folder on this machine."""

    store: Store
    state: Bucket
    engine: Path

    @property
    def passphrase(self) -> Path:
        """The file with the passphrase that encrypts secrets in the state."""
        return self.engine / PASSPHRASE

    def engine_files(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of the files an engine needs."""
        if self.passphrase.exists():
            yield PASSPHRASE, self.passphrase.read_bytes()
        for file in sorted((self.engine / STACKS).glob("*/*.yaml")):
            if _SETTINGS.fullmatch(file.name):
                yield str(file.relative_to(self.engine)), file.read_bytes()

    def refuse_while_changing(self) -> None:
        """Raise Locked while somebody living changes something."""
        for lease in all_leases(self.store):
            if lease.alive:
                raise locked(lease.name, lease)

    def dead(self) -> Mapping[str, dt.datetime]:
        """By when the runs were over that died and hold something still, by id; an engine may have outlived one."""
        return {
            lease.run: now() if is_at_work(lease.run) else min(lease.over, now())
            for lease in all_leases(self.store)
            if not lease.alive
        }


def open_records() -> Records:
    """The records of this user, as the settings say; raises where the state is of a kind we cannot copy."""
    chosen = settings()
    return Records(Store(chosen["store"].text), open_bucket(chosen["state"].text), engine_folder())
