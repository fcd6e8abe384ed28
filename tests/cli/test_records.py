"""`govcloud store` as a process: what it says of nothing, of a backup, of something else."""

from __future__ import annotations

import json

from tests.cli.conftest import Shell


def test_looking_at_records_that_are_not_there_makes_none(shell: Shell) -> None:
    ended = shell.run("store", "check", "-o", "json")
    assert ended.code == 1, "what is not there is not whole"
    (found,) = json.loads(ended.out)["data"]
    assert (found["check"], found["ok"]) == ("none", False)
    assert found["message"] == f"sqlite:///{shell.home}/.local/state/govcloud/store.sqlite 中还没有记录"
    assert "首次 apply 之前本应如此" in found["next"]
    assert list(shell.home.iterdir()) == []
    refused = shell.run("store", "backup", "records.tar", "--lang", "en")
    assert refused.code == 1
    assert "nothing to back up yet" in refused.err
    assert list(shell.home.iterdir()) == []


def test_a_file_that_is_no_backup(shell: Shell) -> None:
    (shell.home / "text").write_text("hello")
    for verb in ("check", "restore"):
        refused = shell.run("store", verb, "text", "--lang", "en")
        assert refused.code == 1
        assert "text is no backup" in refused.err
        assert shell.run("store", verb, "nothing").code == 2


def test_state_that_others_keep(shell: Shell) -> None:
    refused = shell.run("store", "check", "--lang", "en", GOVCLOUD_STATE="s3://bucket")
    assert refused.code == 1
    assert "s3://bucket" in refused.err


def test_an_address_that_cannot_be_read_keeps_its_password(shell: Shell) -> None:
    for name in ("GOVCLOUD_STORE", "GOVCLOUD_STATE"):
        for text, shown in (
            ("postgresql://me:Wr0ng@Secret@host/gov", "postgresql://***"),
            ("postgresql://me:Secret@host:port/gov", "postgresql://***"),
            ("host=db password=Secret", "***"),
        ):
            refused = shell.run("store", "check", **{name: text})
            assert refused.code == 2, "a setting has the wrong form, as in govcloud.toml"
            assert name.removeprefix("GOVCLOUD_").lower() in refused.err.partition("：")[0]
            assert f"：{shown}\n" in refused.err
            assert "Secret" not in refused.err + refused.out
    other = shell.run("store", "check", GOVCLOUD_STORE="mysql://me:Secret@host/gov")
    assert (other.code, "Secret" in other.err) == (2, False), "nor is a database of another kind an address of a store"
