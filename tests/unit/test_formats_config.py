"""`config show`: every setting with its origin, and no secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govcloud.config import SETTINGS, settings
from govcloud.errors import InvalidInput, Place
from govcloud.output.config import config_document
from govcloud.output.document import Document
from govcloud.output.formats import render


def _data(document: Document) -> Any:
    return document.data


def test_every_setting_and_folder_with_its_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "govcloud.toml").write_text('output = "json"\n')
    environment = {"HOME": str(tmp_path), "GOVCLOUD_LANG": "en", "XDG_CACHE_HOME": "/var/cache", "XDG_DATA_HOME": "rel"}
    data = _data(config_document(origin=True, environment=environment))
    assert data["settings"].keys() == SETTINGS.keys()
    assert data["settings"]["lang"] == {"value": "en", "origin": "env GOVCLOUD_LANG"}
    assert data["settings"]["output"] == {"value": "json", "origin": str(tmp_path / "govcloud.toml")}
    assert data["settings"]["store"]["origin"] == "default"
    assert data["folders"]["cache"] == {"value": "/var/cache/govcloud", "origin": "env XDG_CACHE_HOME"}
    assert data["folders"]["data"]["origin"] == "default", "a relative path is ignored"


def test_the_origin_is_shown_when_asked_for() -> None:
    with_, without = (render(config_document(origin=origin), "markdown") for origin in (True, False))
    assert "来源" in with_
    assert "来源" not in without


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:secret@db.example:5432/gov", "postgresql://me:***@db.example:5432/gov"),
        ("postgresql://me@db.example/gov?password=secret&x=1", "postgresql://me@db.example/gov?password=***&x=1"),
        ("postgresql://me@db/gov?passwd=secret&sslmode=require", "postgresql://me@db/gov?passwd=***&sslmode=require"),
        ("postgresql://me:secret@[::1]:5432/gov", "postgresql://me:***@[::1]:5432/gov"),
        ("s3://bucket/folder?region=north&access_key=secret", "s3://bucket/folder?region=north&access_key=***"),
        ("mysql://me:secret@db/gov", "mysql://me:***@db/gov"),
        ("postgresql://me@db/gov?passfile=/srv/pass&x=1", "postgresql://me@db/gov?passfile=/srv/pass&x=1"),
        ("postgresql://me@db/gov?sslkey=./k.pem", "postgresql://me@db/gov?sslkey=./k.pem"),
        ("postgresql://me@db/gov?sslkey=secret", "postgresql://me@db/gov?sslkey=***"),
        (
            "postgresql://me@db/gov?passfile=/srv/a&sslpassword=secret",
            "postgresql://me@db/gov?passfile=/srv/a&sslpassword=***",
        ),
        ("sqlite:////var/lib/a@b#c?/store.sqlite", "sqlite:////var/lib/a@b#c?/store.sqlite"),
        ("file:///var/lib/a@b", "file:///var/lib/a@b"),
        *(
            (f"postgresql://{rest}", "postgresql://***")
            for rest in (
                "me:se@cr/e:t@db.example/gov",
                "me:x@db:secret/gov",
                "db:secret/gov",
                "me:secret@[db/gov",
                "me:sec#ret@db/gov",
                "me:sec?ret@db/gov",
                "host=db password=secret",
                "db password=secret",
                "db/gov password=secret",
                "db/gov&password=secret",
                "db/gov;password=secret",
                "db/gov?sslmode=require;password=secret",
                "db/gov?pass%77ord=secret",
                "me;secret@db/gov",
            )
        ),
        *(
            (text, "***")
            for text in (
                "postgresql:/me:secret@db/gov",
                "postgresql:me:secret@db/gov",
                "me:secret@db/gov",
                "//me:secret@db/gov",
                "host=db user=me password=secret dbname=gov",
                "secret",
                "secret@",
                "file:/secret",
            )
        ),
    ],
)
def test_passwords_are_never_shown(address: str, shown: str) -> None:
    settings = {"GOVCLOUD_STORE": address, "GOVCLOUD_STATE": address}
    document = config_document(origin=True, environment={"HOME": "/nowhere", **settings})
    assert [_data(document)["settings"][name]["value"] for name in ("store", "state")] == [shown] * 2
    for form in ("table", "markdown", "html", "yaml"):
        assert "secret" not in render(document, form)
        assert "se@cr" not in render(document, form)


def test_what_is_no_address_is_shown_as_it_is() -> None:
    document = config_document(origin=True, environment={"HOME": "/nowhere", "OS_CLOUD": "main"})
    assert _data(document)["settings"]["os-cloud"]["value"] == "main"


def test_what_a_department_writes_into_its_folder_leads_nobody_to_another_database(
    province: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stands there means the repository; nor does a province of its own make the folder one."""
    folder = province / "departments" / "dot"
    (folder / "govcloud.toml").write_text('store = "postgresql://govcloud@127.0.0.1:1/records"\n')
    (folder / "province.yaml").write_text("name: 某省\n", "utf-8")
    monkeypatch.chdir(folder)
    assert settings(environment={"HOME": "/nowhere"})["store"].origin == "default"
    (province / "govcloud.toml").write_text('store = "sqlite:////records.sqlite"\n')
    assert settings(environment={"HOME": "/nowhere"})["store"].origin == str(province / "govcloud.toml")
    assert settings(environment={"HOME": "/nowhere"}, start=folder) == settings(environment={"HOME": "/nowhere"})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sqlite:///records/store.sqlite", "sqlite:///{folder}/records/store.sqlite"),
        ("file://./state", "file://{folder}/state"),
        ("sqlite:////srv/store.sqlite", "sqlite:////srv/store.sqlite"),
        ("file:///srv/state", "file:///srv/state"),
        ("file://~/state", "file://~/state"),
        ("postgresql://me@db/gov?passfile=pg%20pass", "postgresql://me@db/gov?passfile={folder}/pg%20pass"),
        (
            "postgresql://me@db/gov?sslmode=verify-full&sslkey=./k.pem&sslrootcert=../ca.pem",
            "postgresql://me@db/gov?sslmode=verify-full&sslkey={folder}/k.pem&sslrootcert={folder}/../ca.pem",
        ),
        ("postgresql://me@db/gov?sslrootcert=system", "postgresql://me@db/gov?sslrootcert=system"),
        ("postgresql://me@db/gov?passfile=%2Fsrv%2Fpass", "postgresql://me@db/gov?passfile=%2Fsrv%2Fpass"),
        ("postgresql://me@db/passfile=gov", "postgresql://me@db/passfile=gov"),
    ],
)
def test_a_relative_path_of_a_settings_file_counts_from_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, meant: str
) -> None:
    """From another folder it would be another store, an empty one."""
    (tmp_path / "govcloud.toml").write_text(f'store = "{written}"\n')
    (tmp_path / "below").mkdir()
    for folder in (tmp_path, tmp_path / "below"):
        monkeypatch.chdir(folder)
        assert settings(environment={"HOME": "/nowhere"})["store"].text == meant.format(folder=tmp_path)


def test_a_password_stands_in_no_file_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "govcloud.toml"
    file.write_text('lang = "en"\nstate = "postgresql://me:secret@db/gov"\n')
    with pytest.raises(InvalidInput) as refused:
        settings(environment={"HOME": "/nowhere"})
    (problem,) = refused.value.problems()
    assert (problem.code, problem.place) == ("config.password-shared", Place(str(file), 2, 1))
    file.write_text('state = "postgresql://me@db/gov?password=secret"\n')
    with pytest.raises(InvalidInput):
        settings(environment={"HOME": "/nowhere"})
    for address in ("postgresql://me@db/gov", "postgresql://me@db/gov?passfile=/etc/pgpass"):
        file.write_text(f'state = "{address}"\n')
        assert settings(environment={"HOME": "/nowhere"})["state"].text == address
    own = tmp_path / "config/govcloud/config.toml"
    own.parent.mkdir(parents=True)
    own.write_text('store = "postgresql://me:secret@db/gov"\n')
    mine = {"HOME": "/nowhere", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert settings(environment=mine)["store"].text.endswith("secret@db/gov"), "a file of one's own may hold one"
