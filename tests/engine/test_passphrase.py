"""What a store knows of its passphrase is asked for before one is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from govcloud.engine.engine import fingerprint
from govcloud.errors import GovcloudError
from govcloud.plan.context import Context
from govcloud.store.notes import ENCRYPTED_WITH, note, noted
from govcloud.store.store import Store
from tests.unit.ground import repository


@pytest.fixture
def passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a machine has its passphrase; an empty file, as a copy that was cut off leaves it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    file = tmp_path / "govcloud" / "engine" / "passphrase"
    file.parent.mkdir(parents=True)
    file.touch(0o600)
    return file


def _context(tmp_path: Path) -> Context:
    return Context(repository(), Store(f"sqlite:///{tmp_path}/store.sqlite"), f"file://{tmp_path}/state")


def test_an_empty_one_is_replaced_before_the_store_knows_one(tmp_path: Path, passphrase: Path) -> None:
    context = _context(tmp_path)
    context.begin()
    known = noted(context.store, ENCRYPTED_WITH)
    assert known
    assert known == fingerprint(passphrase, context.store.id)
    _context(tmp_path).begin()


def test_an_empty_one_is_refused_and_left_where_the_store_knows_one(tmp_path: Path, passphrase: Path) -> None:
    context = _context(tmp_path)
    note(context.store, ENCRYPTED_WITH, "the fingerprint of another")
    with pytest.raises(GovcloudError) as refused:
        context.begin()
    assert refused.value.code == "engine.no-passphrase"
    assert passphrase.read_bytes() == b""
    assert list(passphrase.parent.iterdir()) == [passphrase]
