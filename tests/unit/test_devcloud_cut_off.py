"""What a devcloud's command leaves that was cut off: never half a cloud that looks whole, nor half a claim of ports."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from govcloud.devcloud import layout, snapshot
from govcloud.devcloud.installation import Installation, open_installation
from govcloud.devcloud.ports import claimed
from govcloud.devcloud.services import PORTS
from tests.broken import full_disk, killed_while_writing


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    """A devcloud whose data are the user's own."""
    found = replace(open_installation(PORTS, {"HOME": str(tmp_path)}), data=tmp_path / "all" / "one")
    found.data.mkdir(parents=True)
    return found


def test_a_cloud_that_is_half_removed_is_none(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    (here.live / "mariadb").mkdir(parents=True)
    snapshot._mark(here)
    assert snapshot.made_from(here)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            snapshot.discard_live(here)
    assert (here.live / "mariadb").exists()
    assert not snapshot.made_from(here)
    for _ in range(2):
        snapshot.discard_live(here)
        assert not here.live.exists()


def test_a_claim_of_ports_is_whole_and_for_all_to_read(here: Installation) -> None:
    def claims() -> tuple[int, ...]:
        return claimed(here.data.parent)

    with full_disk(), pytest.raises(OSError, match="File too large"):
        layout.make_folders(here)
    assert killed_while_writing(lambda: layout.make_folders(here))
    assert claims() == ()
    before = os.umask(0o077)
    try:
        layout.make_folders(here)
    finally:
        os.umask(before)
    assert claims() == (min(here.ports.values()),)
    assert stat.S_IMODE((here.data / "ports").stat().st_mode) == 0o644


@pytest.mark.parametrize("content", [b"", b"\0\0\0\0\0", b"\xff", None])
def test_a_claim_that_cannot_be_read_claims_nothing(here: Installation, content: bytes | None) -> None:
    layout.make_folders(here)
    other = here.data.parent / "other" / "ports"
    other.parent.mkdir()
    if content is None:
        other.mkdir()
    else:
        other.write_bytes(content)
    assert claimed(here.data.parent) == (min(here.ports.values()),)
