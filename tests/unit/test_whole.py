"""A file that is written whole is there with all of it, or as it was before."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from pathlib import Path
from unittest.mock import Mock

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


@pytest.mark.parametrize("over", [True, False])
def test_the_draft_of_a_killed_writer_goes_with_the_next_writing(tmp_path: Path, over: bool) -> None:
    file = tmp_path / "file"
    assert killed_while_writing(lambda: _write(file, b"a secret", over=over))
    (draft,) = tmp_path.iterdir()
    _write(tmp_path / "other", b"content")
    assert draft.exists(), "it is not the other's"
    _write(file, b"content", over=over)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "other"]


def test_the_draft_of_a_living_writer_stays(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with whole(file) as first:
        first.write(b"first")
        _write(file, b"second")
        assert len(list(tmp_path.iterdir())) == 2
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"first"]


def test_a_draft_that_is_swept_before_it_is_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fcntl.flock
    swept: list[Path] = []

    def late(handle: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", real)
        swept.extend(tmp_path.iterdir())
        _write(tmp_path / "file", b"theirs")
        real(handle, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    _write(tmp_path / "file", b"ours")
    assert len(swept) == 1
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"ours"]


@pytest.mark.parametrize(
    "name", [".file.template", ".file.abcdefgh", ".file.abcdefgh.draft.yaml", "file.abcdefgh.draft"]
)
def test_what_only_looks_like_a_draft_is_somebodys(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    _write(tmp_path / "file", b"content")
    assert (tmp_path / name).exists()


def test_where_nothing_can_be_locked_it_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".file.abcdefgh.draft").write_bytes(b"perhaps a living writer's")
    no_locks = Mock(side_effect=OSError(errno.ENOLCK, "No locks available"))
    monkeypatch.setattr(fcntl, "flock", no_locks)
    _write(tmp_path / "file", b"content")
    assert {file.name for file in tmp_path.iterdir()} == {"file", ".file.abcdefgh.draft"}


def test_its_name_is_on_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[tuple[bool, bool]] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(handle).st_mode), (tmp_path / "file").exists()))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    _write(tmp_path / "file", b"content")
    assert synced == [(False, False), (True, True)]
