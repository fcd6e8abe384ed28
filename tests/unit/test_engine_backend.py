"""How an engine is led to its state: the password goes into a file of the run, never into an environment."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from govcloud.config import encrypted
from govcloud.engine.backend import backend_environment
from govcloud.errors import GovcloudError
from govcloud.store.bucket import open_bucket


@pytest.mark.parametrize(
    ("backend", "bare", "line"),
    [
        ("postgresql://me:pw@db/gov", "postgres://me@db/gov?sslmode=require", "*:*:*:*:pw"),
        (
            "postgres://me:p%3Aw%5C@db:5/gov?sslmode=disable",
            "postgres://me@db:5/gov?sslmode=disable",
            r"*:*:*:*:p\:w\\",
        ),
        (
            "postgresql+psycopg://me@db/gov?password=a%20b&x=1",
            "postgres://me@db/gov?x=1&sslmode=require",
            "*:*:*:*:a b",
        ),
        ("postgres://db/gov?sslmode=verify-full", "postgres://db/gov?sslmode=verify-full", ""),
    ],
)
def test_the_address_and_the_password_part(tmp_path: Path, backend: str, bare: str, line: str) -> None:
    found = backend_environment(backend, tmp_path)
    assert found["PULUMI_BACKEND_URL"] == bare
    if not line:
        assert "PGPASSFILE" not in found
        return
    file = Path(found["PGPASSFILE"])
    assert file.read_text("utf-8") == f"{line}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["pgpass"], "nothing is left beside it"


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("postgresql://me@db.gov.example/gov", "?sslmode=require"),
        ("postgresql://db/gov?connect_timeout=3", "&sslmode=require"),
        ("postgresql://127.0.0.1:5433/gov", "?sslmode=disable"),
        ("postgresql://[::1]/gov", "?sslmode=disable"),
        ("postgresql://localhost/gov?x=1", "&sslmode=disable"),
        ("postgresql:///gov?host=/run/postgresql", "&sslmode=disable"),
        ("postgresql:///gov?host=db", "&sslmode=require"),
        ("postgresql://localhost/gov?sslmode=verify-full", ""),
        ("postgresql://db/gov?sslmode=disable", ""),
    ],
)
def test_what_leaves_the_machine_is_encrypted(address: str, asked: str) -> None:
    assert encrypted(address) == address + asked


def test_the_persons_own_word_on_encryption_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-ca")
    assert encrypted("postgresql://db/gov") == "postgresql://db/gov"
    monkeypatch.delenv("PGSSLMODE")
    monkeypatch.setenv("PGHOST", "db")
    assert encrypted("postgresql:///gov") == "postgresql:///gov?sslmode=require"


def test_the_persons_own_settings_lead_there_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", "/etc/ca.pem")
    monkeypatch.setenv("PGPASSWORD", "from the environment")
    monkeypatch.setenv("PGPASSFILE", "/home/me/.pgpass")
    found = backend_environment("postgres://me@db/gov", tmp_path)
    assert found["PGSSLROOTCERT"] == "/etc/ca.pem"
    assert "from the environment" not in str(found)
    assert Path(found["PGPASSFILE"]).read_text("utf-8") == "*:*:*:*:from the environment\n"
    monkeypatch.delenv("PGPASSWORD")
    assert backend_environment("postgres://me@db/gov", tmp_path)["PGPASSFILE"] == "/home/me/.pgpass"


def test_other_backends_are_led_to_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGUSER", "me")
    assert backend_environment("file:///state", tmp_path) == {"PULUMI_BACKEND_URL": "file:///state?metadata=skip"}


@pytest.mark.parametrize(
    "backend",
    [
        "postgres://me:Secr@t@db/gov",
        "postgresql://me:Secret@db:port/gov",
        "postgresql:/me:Secret@db/gov",
        "postgresql://me:Secret@[db/gov",
        "me:Secret@db/gov",
        "//me:Secret@db/gov",
        "host=db user=me password=Secret",
    ],
)
def test_an_address_that_cannot_be_read_reaches_no_engine(tmp_path: Path, backend: str) -> None:
    """Neither an engine nor a database: both would say it aloud."""
    for reach in (lambda: backend_environment(backend, tmp_path), lambda: open_bucket(backend)):
        with pytest.raises(GovcloudError) as refused:
            reach()
        assert refused.value.code == "config.bad-address"
        assert refused.value.params["name"] == "state"
        assert "Secr" not in str(refused.value.params)
