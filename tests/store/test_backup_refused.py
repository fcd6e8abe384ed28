"""What could not be restored is not backed up, and what does not fit together is no backup, whoever sealed it."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import hashlib
import io
import json
import lzma
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from govcloud.engine.engine import RUN
from govcloud.errors import Locked
from govcloud.plan.backup import MANIFEST, SEAL, Damaged, back_up, read_backup
from govcloud.plan.check import examine_records
from govcloud.plan.records import Records
from govcloud.plan.restore import restore
from govcloud.store import runs
from govcloud.store.leases import held
from govcloud.store.store import Store, now
from govcloud.store.tables import leases, tenancies, texts
from tests.store.places import STACKS, place_in, stack, whole_records

Spoil = Callable[[Records], object]
STATE = f"state/{STACKS}/t-aaaaaa.iaas.json"
# holds a tenancy as an apply does, and waits to be killed
HOLDER = """
import sys, time
from govcloud.store.leases import lease
from govcloud.store.store import Store, now
with lease(Store(sys.argv[1]), "t-aaaaaa", "r-2", actor="chenlan", command="apply"):
    print("got", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """The records of one tenancy, whole, in files."""
    found = place_in(tmp_path / "machine")
    whole_records(found)
    return found


@pytest.fixture
def backup(records: Records, tmp_path: Path) -> Path:
    """A backup of them."""
    back_up(records, tmp_path / "records.tar")
    return tmp_path / "records.tar"


def _file(records: Records, name: str) -> Path:
    return records.engine.parent / "pulumi" / STACKS / f"{name}.json"


def _sql(statement: Any) -> Spoil:
    def spoil(records: Records) -> None:
        with records.store.engine.begin() as connection:
            assert connection.execute(statement).rowcount > 0

    return spoil


def _lose_store(records: Records) -> None:
    records.store.engine.dispose()
    for file in records.engine.parent.glob("store.sqlite*"):
        file.unlink()


@pytest.mark.parametrize(
    ("spoil", "check", "told"),
    [
        (lambda one: _file(one, "t-aaaaaa.iaas").unlink(), "stacks", "t-aaaaaa.iaas"),
        (lambda one: _file(one, "t-aaaaaa.iaas").write_bytes(stack()[:20]), "readable", "t-aaaaaa.iaas"),
        (lambda one: _file(one, "t-aaaaaa.tenancy").write_bytes(b""), "readable", "t-aaaaaa.tenancy"),
        (lambda one: _file(one, "t-bbbbbb.iaas").write_bytes(stack()), "strangers", "t-bbbbbb.iaas"),
        (lambda one: one.passphrase.write_text("another"), "passphrase", "passphrase"),
        (lambda one: one.passphrase.unlink(), "passphrase", "passphrase"),
        (lambda one: one.state.write({".pulumi/meta.yaml": b""}), "version", ".pulumi/meta.yaml"),
        (_sql(delete(texts)), "texts", ""),
        (_sql(delete(tenancies)), "strangers", "t-aaaaaa.iaas"),
        (_lose_store, "store", "t-aaaaaa.iaas"),
    ],
)
def test_what_a_check_faults_is_not_backed_up(
    records: Records, tmp_path: Path, spoil: Spoil, check: str, told: str
) -> None:
    spoil(records)
    here = replace(records, store=Store(records.store.url))
    assert [one.name for one in examine_records(here) if not one.ok] == [check]
    with pytest.raises(Damaged) as refused:
        back_up(here, tmp_path / "records.tar")
    (problem,) = refused.value.problems()
    assert problem.code == "records.not-backed-up"
    assert told in str(problem.params["found"])
    assert list(tmp_path.glob("*records.tar*")) == []


def test_who_may_read_the_files_does_not_matter(records: Records, tmp_path: Path) -> None:
    records.passphrase.chmod(0o644)
    assert back_up(records, tmp_path / "records.tar").unfinished == ()
    assert stat.S_IMODE((tmp_path / "records.tar").stat().st_mode) == 0o600


@pytest.fixture
def killed(records: Records) -> Iterator[Callable[[], None]]:
    """An apply that holds the tenancy, and its engine; kills the apply, the engine goes on."""
    command = [sys.executable, "-c", HOLDER, records.store.url]
    apply = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    engine = subprocess.Popen(["sleep", "600"], env={**os.environ, RUN: "r-2"})

    def kill() -> None:
        apply.kill()
        apply.wait()

    assert apply.stdout is not None
    try:
        assert apply.stdout.readline() == "got\n"
        yield kill
    finally:
        engine.kill()
        engine.wait()
        kill()
        apply.stdout.close()


def test_a_dead_run_does_not_stand_in_the_way(records: Records, tmp_path: Path, killed: Callable[[], None]) -> None:
    """Backups of every night would fail until somebody finished what it began; it may go on where they are restored."""
    runs.begin(records.store, runs.Run("r-2", "t-aaaaaa", "apply", "chenlan"))
    _file(records, "t-aaaaaa.iaas").write_bytes(stack(pending_operations=[{"type": "creating"}]))
    with pytest.raises(Locked):
        back_up(records, tmp_path / "records.tar")
    killed()
    assert held(records.store, "t-aaaaaa") is not None
    before = now().replace(microsecond=0)
    told = back_up(records, tmp_path / "records.tar")
    assert told.unfinished == ("t-aaaaaa (apply)", "t-aaaaaa.iaas")
    new = place_in(tmp_path / "new")
    assert restore(new, tmp_path / "records.tar") == told
    assert held(new.store, "t-aaaaaa") is None
    (left,) = [run for run in runs.all_runs(new.store) if run.outcome != "done"]
    assert (left.id, left.outcome) == ("r-2", "lost")
    assert before <= dt.datetime.fromisoformat(left.ended) <= now(), "its engine was at work until now"
    assert read_backup(tmp_path / "records.tar").summary == told


@pytest.mark.parametrize("at_work", [True, False])
def test_a_run_that_died_did_not_make_what_came_later(
    records: Records, tmp_path: Path, killed: Callable[[], None], *, at_work: bool
) -> None:
    """Whoever goes on with the copy removes what a dead run left: what came into being while it was at work."""
    run = "r-2" if at_work else "r-3"
    then = now() - dt.timedelta(days=3)
    runs.begin(records.store, runs.Run(run, "t-aaaaaa", "apply", "chenlan"))
    killed()
    _sql(update(leases).values(run=run, renewed=then))(records)
    back_up(records, tmp_path / "records.tar")
    new = place_in(tmp_path / "new")
    restore(new, tmp_path / "records.tar")
    ended = dt.datetime.fromisoformat(next(one.ended for one in runs.all_runs(new.store) if one.id == run))
    assert (now() - ended < dt.timedelta(minutes=5)) is at_work, "an engine that outlived it may go on"
    assert (ended - then < dt.timedelta(minutes=5)) is not at_work


def test_an_engine_that_outlived_its_run_is_noticed_when_it_writes(records: Records, tmp_path: Path) -> None:
    looks = iter(({}, {f"{STACKS}/t-aaaaaa.iaas.json": stack(pending_operations=[{"type": "creating"}])}))

    class Growing:
        def read(self) -> object:
            return {**dict(records.state.read()), **next(looks)}.items()

    with pytest.raises(Locked) as refused:
        back_up(replace(records, state=Growing()), tmp_path / "records.tar")  # type: ignore[arg-type] # it reads as one
    assert refused.value.code == "records.changed-meanwhile"
    assert list(tmp_path.glob("*records.tar*")) == []


def _parts(file: Path) -> dict[str, bytes]:
    return dict(read_backup(file).parts)


def _seal(file: Path, parts: Mapping[str, bytes]) -> None:
    """Write a backup of these parts, with every digest right."""
    with tarfile.open(file) as tar:
        manifest = json.loads(tar.extractfile(MANIFEST).read())  # type: ignore[union-attr] # it is a file
    manifest["parts"] = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    told = json.dumps(manifest).encode()
    with tarfile.open(file, "w") as tar:
        for name, content in {MANIFEST: told, SEAL: hashlib.sha256(told).hexdigest().encode(), **parts}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))


def _is_refused(file: Path, new: Records) -> str:
    """What is wrong with a backup; restoring it leaves nothing behind."""
    with pytest.raises(Damaged) as damaged:
        read_backup(file)
    with pytest.raises(Damaged):
        restore(new, file)
    assert not new.engine.parent.exists()
    told = [(one.code, {name: str(value) for name, value in one.params.items()}) for one in damaged.value.problems()]
    assert "govcloud-" not in str(told), "where it was tried out is nothing to tell"
    return ", ".join(code for code, _ in told)


def test_a_backup_that_is_whole_stays_so_when_sealed_anew(backup: Path, tmp_path: Path) -> None:
    parts = _parts(backup)
    _seal(backup, parts)
    assert read_backup(backup).parts == parts
    restore(place_in(tmp_path / "new"), backup)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (STATE, None),
        (STATE, b""),
        (STATE, stack()[:20]),
        (f"state/{STACKS}/t-bbbbbb.iaas.json", stack()),
        ("engine/passphrase", b"another"),
        ("engine/passphrase", None),
        ("store/tenancies.json", b"[]"),
        ("store/texts.json", b"[]"),
    ],
)
def test_parts_that_do_not_fit_each_other(backup: Path, tmp_path: Path, name: str, content: bytes | None) -> None:
    """Made by a version that did not look, or put together by hand."""
    parts = {**_parts(backup), name: content}
    _seal(backup, {name: part for name, part in parts.items() if part is not None})
    assert _is_refused(backup, place_in(tmp_path / "new")) == "records.misfit"


def _row(table: str, **changes: object) -> Callable[[bytes], bytes]:
    def spoil(content: bytes) -> bytes:
        first, *others = json.loads(content)
        row = {name: value for name, value in {**first, **changes}.items() if value is not ...}
        return json.dumps([row, *others]).encode()

    spoil.__name__ = table
    return spoil


@pytest.mark.parametrize(
    ("table", "spoil", "code"),
    [
        ("tenancies", lambda _: b"not json", "store.broken-copy"),
        ("tenancies", lambda _: b"{}", "store.broken-copy"),
        ("tenancies", lambda _: b"[1]", "store.broken-copy"),
        ("tenancies", lambda _: b"[{}]", "store.broken-copy"),
        ("tenancies", lambda _: b"[" * 100_000, "store.broken-copy"),
        ("tenancies", lambda content: json.dumps(json.loads(content) * 2).encode(), "store.broken-copy"),
        ("tenancies", _row("tenancies", state=...), "store.broken-copy"),
        ("tenancies", _row("tenancies", more=1), "store.broken-copy"),
        ("tenancies", _row("tenancies", site=7), "store.broken-copy"),
        ("tenancies", _row("tenancies", site={}), "store.broken-copy"),
        ("tenancies", _row("tenancies", site=None), "store.broken-copy"),
        ("tenancies", _row("tenancies", isolated="yes"), "store.broken-copy"),
        ("tenancies", _row("tenancies", changed="yesterday"), "store.broken-copy"),
        ("tenancies", _row("tenancies", changed=7), "store.broken-copy"),
        ("tenancies", _row("tenancies", state="asleep"), "store.broken-row"),
        ("tenancies", _row("tenancies", allocation={}), "store.broken-row"),
        ("runs", _row("runs", record=None), "store.broken-copy"),
        ("runs", _row("runs", record=[]), "store.broken-row"),
        ("runs", _row("runs", kind="dance"), "store.broken-row"),
        ("texts", _row("texts", content="another"), "store.broken-row"),
        ("meta", lambda _: b"[]", "records.misfit"),
        ("meta", lambda content: content.replace(b'"schema"', b'"scheme"'), "store.damaged"),
        ("meta", lambda content: content.replace(b'"store"', b'"stare"'), "store.damaged"),
    ],
)
def test_a_table_that_is_none(
    backup: Path, tmp_path: Path, table: str, spoil: Callable[[bytes], bytes], code: str
) -> None:
    parts, name = _parts(backup), f"store/{table}.json"
    _seal(backup, {**parts, name: spoil(parts[name])})
    assert _is_refused(backup, place_in(tmp_path / "new")) == code


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE])
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("evil", "records.part-foreign"),
        ("engine/passphrase", "records.part-damaged"),
        (STATE, "records.part-damaged"),
        (MANIFEST, "records.no-manifest"),
    ],
)
def test_a_link_is_no_part(backup: Path, tmp_path: Path, name: str, kind: bytes, code: str) -> None:
    with tarfile.open(backup, "a") as tar:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, "/etc/passwd"
        tar.addfile(entry)
    assert _is_refused(backup, place_in(tmp_path / "new")) == code


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_backup_that_is_damaged(backup: Path, tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    whole = compress(backup.read_bytes())
    backup.write_bytes(whole)
    assert read_backup(backup).unfinished == ()
    for share in (0.02, 0.3, 0.6, 0.9):
        at = int(len(whole) * share)
        backup.write_bytes(whole[:at] + bytes(255 - byte for byte in whole[at : at + 40]) + whole[at + 40 :])
        assert _is_refused(backup, place_in(tmp_path / "new"))
