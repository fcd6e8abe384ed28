"""A file that is written whole is there with all of it, or as it was before."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from govcloud.config import whole
from tests.broken import full_disk, killed_while_writing


def _write(file: Path, content: bytes, *, over: bool = True) -> None:
    with whole(file, over=over) as stream:
        stream.write(content)


@pytest.mark.parametrize("over", [True, False])
def test_it_is_for_its_owner_alone_and_nothing_lies_beside_it(tmp_path: Path, over: bool) -> None:
    _write(tmp_path / "file", b"content", over=over)
    (only,) = tmp_path.iterdir()
    assert only.read_bytes() == b"content"
    assert stat.S_IMODE(only.stat().st_mode) == 0o600


@pytest.mark.parametrize("over", [True, False])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, over: bool) -> None:
    with full_disk(3), pytest.raises(OSError, match="File too large"):
        _write(tmp_path / "file", b"content", over=over)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_bytes(b"before")
    with full_disk(3), pytest.raises(OSError, match="File too large"):
        _write(tmp_path / "file", b"content", over=over)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"before"]


@pytest.mark.parametrize("over", [True, False])
def test_whoever_is_killed_leaves_what_was_there(tmp_path: Path, over: bool) -> None:
    assert killed_while_writing(lambda: _write(tmp_path / "file", b"content", over=over))
    assert not (tmp_path / "file").exists()


def test_what_is_there_is_written_over_only_by_who_may(tmp_path: Path) -> None:
    file = tmp_path / "file"
    _write(file, b"first", over=False)
    with pytest.raises(FileExistsError):
        _write(file, b"second", over=False)
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"first"]
    _write(file, b"third")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"third"]
