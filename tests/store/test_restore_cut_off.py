"""A restore that ends in the middle leaves nothing half written, and the same restore finishes it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from govcloud.errors import GovcloudError
from govcloud.plan.backup import back_up
from govcloud.plan.records import Records
from govcloud.plan.restore import restore
from govcloud.store.bucket import Folder
from tests.broken import full_disk, killed_while_writing
from tests.store.places import STATE, place_in, whole_records


@pytest.fixture
def old(tmp_path: Path) -> Records:
    """The records of one tenancy, whole, in files; a backup lies beside them."""
    found = place_in(tmp_path / "old")
    whole_records(found)
    back_up(found, tmp_path / "records.tar")
    return found


def _files(records: Records) -> dict[str, bytes]:
    return {**dict(records.engine_files()), **dict(records.state.read())}


@dataclass(frozen=True)
class Filling(Folder):
    """A state on a disk that becomes full after it was looked at; `room` is what a file may still have."""

    disk: ExitStack
    room: int

    def read(self) -> Iterator[tuple[str, bytes]]:
        """Everything there is."""
        yield from super().read()
        self.disk.enter_context(full_disk(self.room))


# passphrase and settings are small, a stack is large
@pytest.mark.parametrize("room", [0, 3, 20_000])
def test_a_full_disk(old: Records, tmp_path: Path, room: int) -> None:
    new, file = place_in(tmp_path / "new"), tmp_path / "records.tar"
    with ExitStack() as disk, pytest.raises(OSError, match="File too large"):
        restore(replace(new, state=Filling(tmp_path / "new" / "pulumi", disk, room)), file)
    there = _files(new)
    assert there.items() <= _files(old).items(), "whatever is there is whole"
    assert len(there) < len(_files(old))
    assert bool(there) == (room > 3)
    assert not list((tmp_path / "new").rglob(".*.*.*")), "no draft is left"
    restore(new, file)
    assert _files(new) == _files(old)


@pytest.mark.usefixtures("old")
def test_nothing_is_begun_on_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nearly = os.statvfs_result((4096, 4096, 10**6, 10, 10, 10**6, 10**6, 10**6, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: nearly)
    with pytest.raises(GovcloudError, match=r"store\.no-space"):
        restore(place_in(tmp_path / "new"), tmp_path / "records.tar")
    assert not (tmp_path / "new").exists()


def test_killed_at_any_file(old: Records, tmp_path: Path) -> None:
    everything = _files(old)
    for number in range(1, len(everything) + 1):
        root = tmp_path / f"new-{number}"
        assert killed_while_writing(lambda here=root: restore(place_in(here), tmp_path / "records.tar"), number)  # type: ignore[misc] # bound now
        new = place_in(root)
        assert len(_files(new)) == number - 1
        assert _files(new).items() <= everything.items()
        assert not new.store.exists
        restore(new, tmp_path / "records.tar")
        assert _files(new) == everything
        assert not list(root.rglob(".*.draft")), "one of them would hold the passphrase"


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    bucket = Folder(tmp_path)
    bucket.write(STATE)
    (large,) = (name for name in STATE if "iaas" in name)
    with full_disk(20_000), pytest.raises(OSError, match="File too large"):
        bucket.write({large: STATE[large] + b" "})
    assert dict(bucket.read()) == STATE
    assert stat.S_IMODE((tmp_path / large).stat().st_mode) == 0o600
