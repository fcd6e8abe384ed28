"""Records from a backup into an empty place, perhaps on another machine, perhaps in another database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from govcloud.config import private, whole
from govcloud.engine.engine import PASSPHRASE
from govcloud.errors import GovcloudError
from govcloud.plan.backup import Summary, read_backup
from govcloud.plan.diskspace import refuse_without_space
from govcloud.plan.records import Records
from govcloud.plan.trial import ENGINE, STATE, below, tables
from govcloud.store.copying import copy_in, refuse_unless_empty


def restore(records: Records, file: Path) -> Summary:
    """Write a backup's records; raises GovcloudError, with nothing written, where others are in their place.

    Every file is written whole, the store last and at once: what was cut off is finished by restoring the same file
    again.
    """
    backup = read_backup(file)
    state, engine = below(STATE, backup.parts), below(ENGINE, backup.parts)
    if records.store.exists:
        refuse_unless_empty(records.store)
    _refuse_others(dict(records.state.read()), state, "state")
    _refuse_others({name: _ for name, _ in records.engine_files() if name != PASSPHRASE}, engine, str(records.engine))
    refuse_without_space(records.store, records.state, sum(map(len, backup.parts.values())))
    _set_aside(records.passphrase, engine)
    for name, content in engine.items():
        _write(records.engine / name, content)
    records.state.write(state)
    copy_in(records.store, tables(backup.parts))
    return backup.summary


def _set_aside(passphrase: Path, coming: Mapping[str, bytes]) -> None:
    """Keep a passphrase that stands in the way: who knows what else it is used for."""
    if passphrase.exists() and passphrase.read_bytes() != coming.get(PASSPHRASE):
        passphrase.rename(
            passphrase.with_name(f"{PASSPHRASE}.{hashlib.sha256(passphrase.read_bytes()).hexdigest()[:8]}")
        )


def _refuse_others(present: Mapping[str, bytes], coming: Mapping[str, bytes], what: str) -> None:
    """Nothing may stand there but parts of this very backup, and what every place has that was opened once."""
    if any(coming.get(name) != content for name, content in present.items() if not name.endswith("meta.yaml")):
        raise GovcloudError("records.not-empty", what=what)


def _write(file: Path, content: bytes) -> None:
    private(file.parent)
    with whole(file) as stream:
        stream.write(content)
