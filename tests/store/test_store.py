"""The store itself: made once, by whoever is first; readable by its owner; its address shown without the password."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, func, inspect, select, text

from govcloud.errors import GovcloudError, Locked
from govcloud.store import database, tenancies, texts
from govcloud.store.runs import Run, begin, ci_job, end, history, new_run_id
from govcloud.store.store import Store
from tests.postgresql import Server


def _tables(url: str) -> list[str]:
    return inspect(database.connect(url, "store")).get_table_names()


def test_looking_makes_nothing(url: str) -> None:
    store = Store(url)
    assert not store.exists
    assert tenancies.all_tenancies(store) == []
    assert tenancies.domains(store, "main") == {}
    assert texts.fetch(store, ["0" * 64]) == {}
    if url.startswith("sqlite"):
        assert not Path(url.removeprefix("sqlite:///")).parent.exists()
    else:
        assert _tables(url) == []
    texts.keep(store, ["x"])
    assert Store(url).exists
    assert "tenancies" in _tables(url)


def test_its_id_is_made_once(url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        ids = set(pool.map(lambda _: Store(url).id, range(6)))
    assert len(ids) == 1
    assert Store(url).id in ids


def test_an_sqlite_store_is_its_owners(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        store = Store(f"sqlite:///{tmp_path}/state/govcloud/store.sqlite")
        texts.keep(store, ["x"])
    finally:
        os.umask(umask)
    for path in (tmp_path / "state").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_who_has_it_open_keeps_its_log_whoever_hangs_up(tmp_path: Path) -> None:
    """SQLite's locks are a process's, and are gone once it closes the file in any other way: then the next one that
    ends takes itself for the last, and the log away from under us.
    """
    url = f"sqlite:///{tmp_path}/store.sqlite"
    texts.keep(Store(url), ["x"])
    again = Store(url)
    assert again.exists
    assert again.id
    other = "import sys; from govcloud.store.store import Store; from govcloud.store import texts"
    subprocess.run([sys.executable, "-c", f"{other}; texts.keep(Store(sys.argv[1]), ['y'])", url], check=True)
    assert Path(f"{tmp_path}/store.sqlite-wal").exists()
    assert len(texts.fetch(again, [texts.digest("x"), texts.digest("y")])) == 2


def test_what_is_written_at_once_does_not_collide(url: str) -> None:
    store = Store(url)
    assert store.id

    def write(number: int) -> None:
        texts.keep(store, ["a", "b", f"c{number}"])
        tenancies.save_domain(store, "main", ["one", "two"], f"d-{number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(60)))
    domains = tenancies.domains(store, "main")
    assert domains["one"] == domains["two"]
    assert set(texts.fetch(store, [texts.digest("a"), texts.digest("c59")]).values()) == {"a", "c59"}


def test_runs_tell_time_in_one_zone(url: str) -> None:
    store, run = Store(url), new_run_id()
    begin(store, Run(run, "t-aaaaaa", "apply", "chenlan", job="https://ci/1"))
    end(store, run, "done", {"steps": []})
    (found,) = history(store, "t-aaaaaa")
    assert (found.actor, found.job, found.outcome) == ("chenlan", "https://ci/1", "done")
    assert found.started.endswith("+00:00")
    assert found.ended.endswith("+00:00")


@pytest.mark.parametrize(
    ("environment", "job"),
    [
        ({}, ""),
        ({"CI_JOB_URL": "https://gitlab/-/jobs/7", "CI_JOB_ID": "7"}, "https://gitlab/-/jobs/7"),
        ({"BUILD_URL": "https://jenkins/job/x/7/"}, "https://jenkins/job/x/7/"),
        (
            {"GITHUB_SERVER_URL": "https://forge", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "7"},
            "https://forge/a/b/actions/runs/7",
        ),
        ({"CI_JOB_URL": "https://ci-token:s3cret@gitlab/-/jobs/7"}, "https://gitlab/-/jobs/7"),
        ({"BUILD_URL": "https://me:pass@jenkins:8080/job/x@2/7/?token=s3cret#a"}, "https://jenkins:8080/job/x@2/7/"),
        ({"CI_JOB_ID": "7?token=s3cret"}, "7"),
    ],
)
def test_the_ci_job(environment: dict[str, str], job: str) -> None:
    assert ci_job(environment) == job


def test_ctrl_c_in_the_middle_of_a_statement_is_no_trouble_with_the_database(tmp_path: Path) -> None:
    """SQLAlchemy tells of it as of an error; taken for one, who was stopped would look as if he had failed."""
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    assert store.id

    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    event.listen(store.engine, "do_execute", pressed)
    with pytest.raises(KeyboardInterrupt), store.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")


def test_a_wrong_password_is_not_told(postgresql: Server) -> None:
    wrong = Server(postgresql.port, "Wr0ng-Secret")
    with pytest.raises(GovcloudError) as refused:
        Store(wrong.address("postgres")).id  # noqa: B018 - it connects
    assert refused.value.code == "store.unreachable"
    assert "authentication failed" in str(refused.value.params["reason"])
    assert "Wr0ng-Secret" not in str(refused.value.params)
    assert "Wr0ng-Secret" not in repr(Store(wrong.address("postgres")))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:Wr0ng@Secret@host/gov",
        "postgresql://me:Wr0ng/Secret@host/gov",
        "postgresql://me:Wr0ng?Secret@host/gov",
        "postgresql://me:Wr0ng#Secret@host/gov",
        "postgresql://me:Wr0ng:Secret@host/gov",
        "postgresql://me:x@host:Wr0ng/gov",
        "mysql://me:Wr0ng@host/gov",
    ],
)
def test_an_address_that_cannot_be_read_keeps_its_password(address: str) -> None:
    with pytest.raises(GovcloudError) as refused:
        Store(address).id  # noqa: B018 - it connects
    told = str(refused.value.params)
    assert "Secret" not in told
    assert "Wr0ng" not in told


def test_nobody_waits_for_ever_for_its_turn(postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that lost its power in its turn keeps it until the server notices, which it is told to do soon."""
    monkeypatch.setattr(database, "BUSY", 0.2)
    url = postgresql.address(postgresql.database())
    assert Store(url).id
    with database.connect(url, "store").begin() as somebody:
        somebody.execute(select(func.pg_advisory_xact_lock(database._TURN)))
        with pytest.raises(Locked) as refused, Store(url).alone():
            pass
    assert refused.value.code == "store.busy"
    with Store(url).alone(), database.connect(url, "store").connect() as another:
        assert another.execute(text("SHOW tcp_keepalives_idle")).scalar() != "10", "only whoever has the turn is asked"


def test_a_server_that_is_not_there(postgresql: Server) -> None:
    nobody = Server(1, postgresql.password)
    with pytest.raises(GovcloudError) as refused:
        Store(nobody.address("postgres")).exists  # noqa: B018 - it connects
    assert "refused" in str(refused.value.params["reason"])
