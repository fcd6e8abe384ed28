"""A machine has one passphrase or none: never an empty one, and two who begin at once have the same."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from govcloud.engine.engine import Engine, fingerprint, fingerprint_of, prepare
from tests.broken import full_disk, killed_while_writing
from tests.unit.drafting import NO_ENGINE


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """An engine of an empty machine."""
    return replace(NO_ENGINE, folder=tmp_path / "engine", backend=f"file://{tmp_path}/state")


def _is_good(engine: Engine) -> bool:
    file = engine.passphrase
    return len(file.read_bytes()) >= 32 and stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_full_disk_leaves_none_and_the_next_run_makes_one(engine: Engine) -> None:
    with full_disk(), pytest.raises(OSError, match="File too large"):
        prepare(engine)
    assert list(engine.folder.iterdir()) == []
    prepare(engine)
    assert _is_good(engine)
    assert list(engine.folder.iterdir()) == [engine.passphrase]


def test_whoever_is_killed_leaves_none_and_the_next_run_makes_one(engine: Engine) -> None:
    assert killed_while_writing(lambda: prepare(engine))
    assert not engine.passphrase.exists()
    prepare(engine)
    assert _is_good(engine)


def test_an_empty_one_is_none(engine: Engine) -> None:
    engine.folder.mkdir()
    engine.passphrase.touch(0o644)
    assert fingerprint(engine.passphrase, "store") == fingerprint_of(b"", "store") == ""
    with full_disk(), pytest.raises(OSError, match="File too large"):
        prepare(engine)
    assert engine.passphrase.read_bytes() == b""
    prepare(engine)
    assert _is_good(engine)
    before = engine.passphrase.read_bytes()
    prepare(engine)
    assert engine.passphrase.read_bytes() == before


@pytest.mark.parametrize(("there", "where", "moment"), [(False, os, "link"), (True, fcntl, "flock")])
def test_who_begins_at_the_same_time_gets_the_same(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, there: bool, where: object, moment: str
) -> None:
    """Another begins and ends in the moment between our look and our writing."""
    if there:
        engine.folder.mkdir()
        engine.passphrase.touch(0o600)
    real: Callable[..., object] = getattr(where, moment)
    theirs: list[bytes] = []

    def meanwhile(*arguments: object) -> object:
        monkeypatch.setattr(where, moment, real)
        prepare(engine)
        theirs.append(engine.passphrase.read_bytes())
        return real(*arguments)

    monkeypatch.setattr(where, moment, meanwhile)
    prepare(engine)
    assert [engine.passphrase.read_bytes()] == theirs
    assert _is_good(engine)
    assert list(engine.folder.iterdir()) == [engine.passphrase]
