"""A store that no longer holds what it should says so: what, where, and what to do; never a traceback."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import insert

from govcloud.errors import ExitCode, GovcloudError
from govcloud.store import database, leases, runs, tables, tenancies, texts
from govcloud.store.store import Store, now
from govcloud.text import LANGUAGES, next_step, say, use_language
from tests.unit.ground import FERRY, SMALLEST, asked, fitted, given, tenancy

Look = Callable[[Store], object]


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    yield
    use_language("zh")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store with something in every table."""
    path = tmp_path / "store.sqlite"
    store = Store(f"sqlite:///{path}")
    tenancies.save(store, tenancy(given(fitted(FERRY), "t-ferry0")))
    tenancies.save(store, tenancy(given(asked(), "t-aaaaaa"), name=SMALLEST["system"]["name"], environment="test"))
    tenancies.set_hold(store, "t-aaaaaa", tenancies.Hold("somebody", "审计", "T-1", "2026-01-01T00:00:00+00:00"))
    tenancies.save_domain(store, "main", ["113300000029384738"], "d-dot000")
    tenancies.reserve(store, "p-1", given(asked(), "t-bbbbbb"), now() + dt.timedelta(hours=1))
    texts.keep(store, ["#cloud-config\n"])
    for number in (1, 2):
        runs.begin(store, runs.Run(f"r-{number}", "t-aaaaaa", "apply", "somebody"))
    runs.end(store, "r-1", "done", {"steps": []})
    with store.engine.begin() as connection:
        values = {"name": "t-aaaaaa", "run": "r-2", "actor": "somebody", "command": "apply", "host": "h", "pid": 1}
        connection.execute(insert(tables.leases).values(**values, born="x", since=now(), renewed=now()))
    store.engine.dispose()
    return path


def _mend(file: Path, statement: str) -> None:
    """What somebody does to the file behind our back."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


def _fails(file: Path, look: Look) -> GovcloudError:
    database.connect.cache_clear()
    with pytest.raises(GovcloudError) as caught:
        look(Store(f"sqlite:///{file}"))
    error = caught.value
    assert str(file) in str(error.params["url"])
    for language in LANGUAGES:
        use_language(language)
        assert all(str(value) in say(error.code, **error.params) for name, value in error.params.items())
        assert next_step(error.code, **error.params)
    return error


def _all(store: Store) -> object:
    return tenancies.all_tenancies(store)


def _one(store: Store) -> object:
    return tenancies.find(store, "t-aaaaaa")


def _ledger(store: Store) -> object:
    return tenancies.ledger(store)


def _history(store: Store) -> object:
    return runs.history(store, "t-aaaaaa")


def _lost(store: Store) -> object:
    return runs.lose(store, "t-aaaaaa", "r-3")


def _leases(store: Store) -> object:
    return leases.held(store, "t-aaaaaa")


def _texts(store: Store) -> object:
    return texts.fetch(store, [texts.digest("#cloud-config\n")])


LOOKS: Final[tuple[Look, ...]] = (_all, _one, _ledger, _history, _leases, _texts)


def test_a_whole_store_is_read(file: Path) -> None:
    for look in LOOKS:
        assert look(Store(f"sqlite:///{file}"))


OURS: Final = "WHERE id = 't-aaaaaa'"


@pytest.mark.parametrize(
    ("statement", "look", "table", "row", "reason"),
    [
        (f"UPDATE tenancies SET hold = 'no json' {OURS}", _all, "tenancies", "t-aaaaaa", "Expecting value"),
        (f"UPDATE tenancies SET hold = 'no json' {OURS}", _one, "tenancies", "t-aaaaaa", "Expecting value"),
        (f"UPDATE tenancies SET hold = '[1]' {OURS}", _one, "tenancies", "t-aaaaaa", "hold"),
        (f"""UPDATE tenancies SET hold = '{{"who": "x"}}' {OURS}""", _one, "tenancies", "t-aaaaaa", "hold.why"),
        (f"UPDATE tenancies SET allocation = '' {OURS}", _ledger, "tenancies", "t-aaaaaa", "Expecting value"),
        (f"UPDATE tenancies SET allocation = '{{}}' {OURS}", _all, "tenancies", "t-aaaaaa", "allocation"),
        (
            f"UPDATE tenancies SET allocation = json_set(allocation, '$.granted.cores', 'many') {OURS}",
            _ledger,
            "tenancies",
            "t-aaaaaa",
            "allocation.granted.cores",
        ),
        (
            f"UPDATE tenancies SET allocation = json_set(allocation, '$.networks.main.cidr', '10.0.0.0/99') {OURS}",
            _ledger,
            "tenancies",
            "t-aaaaaa",
            "allocation.networks.main.cidr",
        ),
        (f"UPDATE tenancies SET state = 'asleep' {OURS}", _all, "tenancies", "t-aaaaaa", "state: asleep"),
        (f"UPDATE tenancies SET environment = 'moon' {OURS}", _one, "tenancies", "t-aaaaaa", "environment: moon"),
        (f"UPDATE tenancies SET changed = 'yesterday' {OURS}", _all, "tenancies", "t-aaaaaa", "yesterday"),
        ("UPDATE reservations SET allocation = '7'", _ledger, "reservations", "t-bbbbbb", "Allocation"),
        ("UPDATE reservations SET expires = 'soon'", _ledger, "reservations", "t-bbbbbb", "soon"),
        ("UPDATE runs SET record = '[]' WHERE id = 'r-1'", _history, "runs", "r-1", "record"),
        ("UPDATE runs SET record = 'x' WHERE id = 'r-2'", _history, "runs", "r-2", "Expecting value"),
        ("UPDATE runs SET record = 'x' WHERE id = 'r-2'", _lost, "runs", "r-2", "Expecting value"),
        ("UPDATE runs SET kind = 'dance' WHERE id = 'r-1'", _history, "runs", "r-1", "kind: dance"),
        ("UPDATE runs SET outcome = '' WHERE id = 'r-1'", _history, "runs", "r-1", "outcome: "),
        ("UPDATE runs SET started = '' WHERE id = 'r-1'", _history, "runs", "r-1", ""),
        ("UPDATE leases SET renewed = 'x'", _leases, "leases", "t-aaaaaa", "x"),
        ("UPDATE texts SET content = 'something else'", _texts, "texts", texts.digest("#cloud-config\n"), "sha256"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(
    file: Path, statement: str, look: Look, table: str, row: str, reason: str
) -> None:
    _mend(file, statement)
    error = _fails(file, look)
    assert (error.code, error.exit_code) == ("store.broken-row", ExitCode.ERROR)
    assert (error.params["table"], error.params["row"]) == (table, row)
    assert reason in str(error.params["reason"])


def test_what_stands_in_a_row_cannot_steer_the_terminal(file: Path) -> None:
    _mend(file, f"UPDATE tenancies SET state = 'a' || char(27) || '[2J' {OURS}")
    assert "\x1b" not in str(_fails(file, _all).params)


def test_a_broken_row_of_another_stays_out_of_the_way(file: Path) -> None:
    _mend(file, "UPDATE tenancies SET allocation = '' WHERE id = 't-ferry0'")
    assert tenancies.find(Store(f"sqlite:///{file}"), "t-aaaaaa") is not None
    assert runs.history(Store(f"sqlite:///{file}"), "t-aaaaaa")


@pytest.mark.parametrize("table", ["tenancies", "reservations", "runs", "leases", "texts"])
def test_a_lost_table_is_told_and_never_made_anew(file: Path, table: str) -> None:
    _mend(file, f"DROP TABLE {table}")
    looks = {"reservations": _ledger, "runs": _history, "leases": _leases, "texts": _texts}
    for _ in range(2):
        error = _fails(file, looks.get(table, _all))
        assert (error.code, error.exit_code) == ("store.damaged", ExitCode.ERROR)
        assert error.params["reason"] == f"no such table: {table}"


def test_a_lost_column_is_told(file: Path) -> None:
    _mend(file, "ALTER TABLE tenancies DROP COLUMN hold")
    error = _fails(file, _all)
    assert error.code == "store.damaged"
    assert "no such column: tenancies.hold" in str(error.params["reason"])


@pytest.mark.parametrize(("key", "reason"), [("schema", "meta: schema"), ("store", "meta: store")])
def test_a_store_that_lost_what_it_is_stays_lost(file: Path, key: str, reason: str) -> None:
    """Made anew, it would forget every tenancy, or bear another id than the operator's domain does."""
    _mend(file, f"DELETE FROM meta WHERE key = '{key}'")
    error = _fails(file, lambda store: store.id)
    assert (error.code, error.params["reason"]) == ("store.damaged", reason)


@pytest.mark.parametrize("schema", ["2", "0", "x", ""])
def test_another_schema_is_told(file: Path, schema: str) -> None:
    _mend(file, f"UPDATE meta SET value = '{schema}' WHERE key = 'schema'")
    database.connect.cache_clear()
    with pytest.raises(GovcloudError) as caught:
        tenancies.all_tenancies(Store(f"sqlite:///{file}"))
    assert caught.value.code == "store.other-schema"
    assert caught.value.params["found"] == schema


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    other = tmp_path / "store.sqlite"
    other.write_text("I am a letter to the operator. " * 100, "utf-8")
    error = _fails(other, _all)
    assert (error.code, error.params["reason"]) == ("store.damaged", "file is not a database")
    assert other.read_text("utf-8").startswith("I am a letter"), "nothing was written over it"


def test_a_file_that_was_cut_short(file: Path) -> None:
    _mend(file, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 3])
    assert _fails(file, _all).code == "store.damaged"


def test_a_path_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "folder.sqlite").mkdir()
    (tmp_path / "file").write_text("x", "utf-8")
    for path in (tmp_path / "folder.sqlite", tmp_path / "file" / "store.sqlite"):
        error = _fails(path, lambda store: store.id)
        assert (error.code, error.exit_code) == ("store.unreachable", ExitCode.ERROR)


def test_a_store_that_somebody_else_writes_to(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY", 0.05)
    with closing(sqlite3.connect(file, isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        assert _all(Store(f"sqlite:///{file}")), "reading goes on meanwhile"
        error = _fails(file, lambda store: texts.keep(store, ["new"]))
        assert (error.code, error.exit_code) == ("store.busy", ExitCode.LOCKED)
    texts.keep(Store(f"sqlite:///{file}"), ["new"])


def test_user_data_that_is_nowhere_stops_the_plan(file: Path) -> None:
    kept, fresh, lost = (texts.digest(text) for text in ("#cloud-config\n", "fresh", "lost"))
    store = Store(f"sqlite:///{file}")
    found: Any = texts.gather(store, [kept, fresh], ["fresh", "another"])
    assert found == {kept: "#cloud-config\n", fresh: "fresh", texts.digest("another"): "another"}
    error = _fails(file, lambda store: texts.gather(store, [kept, lost], ["fresh"]))
    assert (error.code, error.params["digest"]) == ("store.lost-text", lost)
