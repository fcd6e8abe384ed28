"""Backup and restore: between both databases, whole or not at all, and every damage told."""

from __future__ import annotations

import io
import os
import stat
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from govcloud.errors import GovcloudError, Locked, UsageError
from govcloud.plan.backup import Damaged, back_up, read_backup
from govcloud.plan.records import Records
from govcloud.plan.restore import restore
from govcloud.store import runs, tenancies
from govcloud.store.bucket import open_bucket
from govcloud.store.copying import copy_out
from govcloud.store.leases import lease
from govcloud.store.origin import from_copy
from govcloud.store.store import Store
from tests.postgresql import Server
from tests.store.places import ALLOCATION, STATE, place_in, whole_records

Place = Callable[[str], Records]
DOMAIN = ALLOCATION.domain


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """Makes empty places for records: in files, or in a database of a server that both parts share."""

    def make(kind: str) -> Records:
        engine = tmp_path / f"machine-{os.urandom(3).hex()}" / "engine"
        if kind == "files":
            return place_in(engine.parent)
        server: Server = request.getfixturevalue("postgresql")
        name = server.database()
        return Records(Store(server.address(name)), open_bucket(server.address(name, "postgres")), engine)

    return make


def _all(records: Records) -> tuple[Mapping[str, bytes], Mapping[str, bytes], Mapping[str, bytes]]:
    return copy_out(records.store), dict(records.state.read()), dict(records.engine_files())


@pytest.mark.parametrize(
    ("here", "there"),
    [("files", "files"), ("files", "postgresql"), ("postgresql", "files"), ("postgresql", "postgresql")],
)
def test_everything_comes_back(place: Place, tmp_path: Path, here: str, there: str) -> None:
    old, new, file = place(here), place(there), tmp_path / "records.tar"
    whole_records(old)
    told = back_up(old, file)
    assert (told.tenancies, told.stacks, told.store) == (1, 3, old.store.id)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert restore(new, file) == told
    assert _all(new) == _all(old)
    assert Store(new.store.url).id == old.store.id
    (before,), (after,) = (tenancies.all_tenancies(one.store) for one in (old, new))
    assert after == before
    assert runs.history(new.store, "t-aaaaaa") == runs.history(old.store, "t-aaaaaa")
    assert stat.S_IMODE((new.engine / "passphrase").stat().st_mode) == 0o600
    assert b"secret" in file.read_bytes(), "it is as secret as the passphrase in it"


def test_what_had_not_come_to_its_end_bears_the_moment_it_was_first_copied(place: Place, tmp_path: Path) -> None:
    """From files into PostgreSQL and back: whoever goes on with it there must know how far the record goes."""
    here = place("files")
    whole_records(here)
    for outcome in ("failed", "lost"):
        runs.note(here.store, runs.Run(f"r-{outcome}", "t-aaaaaa", "apply", "chenlan", record={"x": 1}), outcome)
    runs.note(here.store, runs.Run("r-hold", "t-aaaaaa", "hold", "chenlan"), "failed")
    copied = []
    for number, kind in enumerate(("postgresql", "files")):
        there, file = place(kind), tmp_path / f"{number}.tar"
        back_up(here, file)
        restore(there, file)
        copied.append({run.id: run.copied for run in runs.history(there.store, "t-aaaaaa") if run.copied})
        here = there
    assert copied[0].keys() == {"r-failed", "r-lost"}
    assert copied[1] == copied[0], "what came after the first copy may be somebody's already"
    assert all(run.record["x"] == 1 for run in runs.history(here.store, "t-aaaaaa") if run.copied)


def test_a_tenancy_is_known_from_a_copy_until_a_change_of_it_is_done_here(place: Place, tmp_path: Path) -> None:
    """Somebody may have gone on with it where the copy was made."""
    old, new, file = place("files"), place("postgresql"), tmp_path / "records.tar"
    whole_records(old)
    for tenancy in ("t-aaaaaa", "t-bbbbbb"):
        runs.note(old.store, runs.Run(f"r-{tenancy}", tenancy, "apply", "wangli"))
    assert not from_copy(old.store, "t-aaaaaa", DOMAIN), "these are the records themselves"
    back_up(old, file)
    restore(new, file)
    assert [from_copy(new.store, f"t-{letter * 6}", DOMAIN) for letter in "abc"] == [True, True, False], (
        "the last is new"
    )
    runs.note(new.store, runs.Run("r-plan", "t-aaaaaa", "plan", "wangli"))
    runs.note(new.store, runs.Run("r-fails", "t-aaaaaa", "apply", "wangli"), "failed")
    assert from_copy(new.store, "t-aaaaaa", DOMAIN)
    runs.note(new.store, runs.Run("r-done", "t-aaaaaa", "apply", "wangli"))
    assert [from_copy(new.store, f"t-{letter * 6}", DOMAIN) for letter in "abc"] == [False, True, False]


def test_while_a_copied_run_is_unfinished_nothing_is_known_for_sure(place: Place, tmp_path: Path) -> None:
    """It may have made what a department's tenancies share."""
    old, new, file = place("files"), place("files"), tmp_path / "records.tar"
    whole_records(old)
    runs.begin(old.store, runs.Run("r-dead", "t-aaaaaa", "apply", "wangli"))
    back_up(old, file)
    restore(new, file)
    assert from_copy(new.store, "t-cccccc", DOMAIN)
    assert not from_copy(new.store, "t-cccccc", "d-other0")
    runs.note(new.store, runs.Run("r-done", "t-aaaaaa", "apply", "wangli"))
    assert not from_copy(new.store, "t-cccccc", DOMAIN)


@pytest.mark.parametrize("kind", ["files", "postgresql"])
def test_nothing_is_overwritten(place: Place, tmp_path: Path, kind: str) -> None:
    old, file = place(kind), tmp_path / "records.tar"
    whole_records(old)
    back_up(old, file)
    with pytest.raises(UsageError):
        back_up(old, file)
    everything = _all(old)
    with pytest.raises(GovcloudError) as refused:
        restore(old, file)
    assert refused.value.code == "records.not-empty"
    assert _all(old) == everything
    other = place(kind)
    other.state.write({".pulumi/stacks/govcloud/t-bbbbbb.iaas.json": b"{}"})
    with pytest.raises(GovcloudError) as refused:
        restore(other, file)
    assert refused.value.code == "records.not-empty"
    assert list(dict(other.state.read())) == [".pulumi/stacks/govcloud/t-bbbbbb.iaas.json"]
    assert not other.store.exists


@pytest.mark.parametrize("kind", ["files", "postgresql"])
def test_what_was_cut_off_is_finished(place: Place, tmp_path: Path, kind: str) -> None:
    old, new, file = place(kind), place(kind), tmp_path / "records.tar"
    whole_records(old)
    back_up(old, file)
    new.state.write({name: content for name, content in STATE.items() if "iaas" in name})
    restore(new, file)
    assert _all(new) == _all(old)


def test_a_passphrase_in_the_way_is_kept_aside(place: Place, tmp_path: Path) -> None:
    old, new, file = place("files"), place("files"), tmp_path / "records.tar"
    whole_records(old)
    back_up(old, file)
    new.engine.mkdir(parents=True)
    (new.engine / "passphrase").write_text("made by looking")
    restore(new, file)
    kept = {path.read_text("utf-8") for path in new.engine.glob("passphrase*")}
    assert kept == {"secret", "made by looking"}
    assert (new.engine / "passphrase").read_text("utf-8") == "secret"


@pytest.mark.parametrize("kind", ["files", "postgresql"])
def test_nothing_is_backed_up_while_somebody_is_at_work(place: Place, tmp_path: Path, kind: str) -> None:
    records, file = place(kind), tmp_path / "records.tar"
    whole_records(records)
    with lease(records.store, "t-aaaaaa", "r-2", actor="chenlan", command="apply"), pytest.raises(Locked) as refused:
        back_up(records, file)
    assert refused.value.params["actor"] == "chenlan"
    assert not file.exists()
    back_up(records, file)


def test_a_change_in_between_is_noticed(place: Place, tmp_path: Path) -> None:
    """Whoever begins and ends while we read leaves a run behind."""
    records, file = place("files"), tmp_path / "records.tar"
    whole_records(records)

    class Busy:
        def read(self) -> object:
            runs.begin(records.store, runs.Run("r-2", "t-aaaaaa", "apply", "chenlan"))
            return records.state.read()

    with pytest.raises(Locked) as refused:
        back_up(replace(records, state=Busy()), file)  # type: ignore[arg-type] # read gives what it should
    assert refused.value.code == "records.changed-meanwhile"
    assert list(tmp_path.glob("*records.tar*")) == []


def test_an_empty_place_has_nothing_to_back_up(place: Place, tmp_path: Path) -> None:
    with pytest.raises(GovcloudError) as refused:
        back_up(place("files"), tmp_path / "records.tar")
    assert refused.value.code == "records.nothing"
    records = place("files")
    whole_records(records)
    with pytest.raises(UsageError):
        back_up(records, tmp_path / "nowhere" / "records.tar")


@pytest.fixture
def backup(place: Place, tmp_path: Path) -> Path:
    """A backup of full records."""
    records = place("files")
    whole_records(records)
    back_up(records, tmp_path / "records.tar")
    return tmp_path / "records.tar"


def _parts(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr] # all are files


def _rewrite(file: Path, parts: Mapping[str, bytes]) -> None:
    with tarfile.open(file, "w") as tar:
        for name, content in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))


def _told(file: Path) -> list[tuple[str, str]]:
    with pytest.raises(Damaged) as damaged:
        read_backup(file)
    return [(problem.code, str(problem.params.get("part", ""))) for problem in damaged.value.problems()]


def test_every_damaged_part_is_named(backup: Path) -> None:
    assert read_backup(backup).summary.tenancies == 1
    parts = _parts(backup)
    state = "state/.pulumi/stacks/govcloud/t-aaaaaa.iaas.json"
    changed = {**parts, state: parts[state].replace(b"3", b"4", 1), "store/runs.json": b"[]"}
    del changed["engine/passphrase"]
    _rewrite(backup, changed)
    assert sorted(_told(backup)) == [
        ("records.part-damaged", state),
        ("records.part-damaged", "store/runs.json"),
        ("records.part-missing", "engine/passphrase"),
    ]


@pytest.mark.parametrize("name", ["../evil", "engine/stacks/../../evil.yaml", "/etc/cron.d/evil", "store/x.json"])
def test_a_foreign_part_is_refused(backup: Path, tmp_path: Path, place: Place, name: str) -> None:
    _rewrite(backup, {**_parts(backup), name: b"x"})
    assert _told(backup) == [("records.part-foreign", name)]
    new = place("files")
    with pytest.raises(Damaged):
        restore(new, backup)
    assert not new.engine.parent.exists()
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_file_that_was_cut_off(backup: Path, share: float) -> None:
    content = backup.read_bytes()
    end = content.rindex(b"secret")
    backup.write_bytes(content[: int(end * share)])
    assert {code for code, _ in _told(backup)} <= {"records.part-missing", "records.no-manifest"}


def test_every_flipped_byte_that_matters_is_noticed(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    with tarfile.open(backup) as tar:
        entries = [(entry.offset, entry.offset_data, entry.size) for entry in tar]
    assert len(entries) == 14
    for header, data, size in entries:
        for offset in (header, header + 124, data, data + size // 2, data + size - 1):
            content[offset] ^= 1
            backup.write_bytes(content)
            with pytest.raises(GovcloudError):
                read_backup(backup)
            content[offset] ^= 1
    backup.write_bytes(content)
    assert read_backup(backup).summary.stacks == 3


def test_files_that_are_no_backup(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    assert _told(tmp_path / "text") == [("records.no-manifest", "")]
    with pytest.raises(UsageError):
        read_backup(tmp_path / "nothing")
    with pytest.raises(UsageError):
        read_backup(tmp_path)
