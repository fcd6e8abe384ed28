"""Records of a backup, put up in a place of their own for a moment and examined as any others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from govcloud.cloud.read.fitness import Check
from govcloud.cloud.run_folder import run_folder
from govcloud.engine.engine import PASSPHRASE
from govcloud.plan.check import Content, examine
from govcloud.store.copying import copy_in
from govcloud.store.database import SQLITE
from govcloud.store.store import Store

STORE: Final = "store/"
STATE: Final = "state/"
ENGINE: Final = "engine/"


def below(prefix: str, parts: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The parts whose names begin with this, without it."""
    return {name.removeprefix(prefix): part for name, part in parts.items() if name.startswith(prefix)}


def tables(parts: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The store's tables by name."""
    return {name.removesuffix(".json"): part for name, part in below(STORE, parts).items()}


def examine_parts(parts: Mapping[str, bytes]) -> list[Check]:
    """Every check of a backup's parts; raises GovcloudError where its store cannot be read.

    Only the store is written to a disk, in the run's folder: state and passphrase stay where they are.
    """
    with run_folder() as folder:
        url = f"{SQLITE}{folder / 'store.sqlite'}"
        empty = Store(url)
        try:
            copy_in(empty, tables(parts))
            # another, that finds for itself what it is
            passphrase = f"{ENGINE}{PASSPHRASE}"
            return list(examine(Content(Store(url), below(STATE, parts), parts.get(passphrase), passphrase)))
        finally:
            empty.engine.dispose()
