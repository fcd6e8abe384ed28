"""`govcloud doctor` as a process: every question has its row, whatever the answer is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Shell


def _checks(shell: Shell, *arguments: str, **environment: str) -> dict[str, dict[str, object]]:
    ended = shell.run("doctor", *arguments, "-o", "json", "--lang", "en", **environment)
    return {check["check"]: check for check in json.loads(ended.out)["data"]}


@pytest.mark.usefixtures("province")
def test_a_machine_without_records_has_none_yet(shell: Shell) -> None:
    found = _checks(shell)
    assert "store" not in found
    assert found["no-store"]["ok"] is True
    assert str(found["no-store"]["message"]).startswith("none yet")


@pytest.mark.usefixtures("province")
def test_machines_get_the_next_step_too(shell: Shell) -> None:
    toolchain = _checks(shell)["toolchain"]
    assert (toolchain["ok"], toolchain["next"]) == (False, "govcloud toolchain install")
    assert _checks(shell)["python"]["next"] == ""


@pytest.mark.parametrize("entry", ["foo", "{auth: foo}", "{auth: {auth_url: 'http://127.0.0.1:9/v3', username: u}}"])
def test_credentials_that_cannot_be_used_are_a_row(shell: Shell, province: Path, entry: str) -> None:
    file = province / "own.yaml"
    file.write_text(f"clouds: {{devcloud: {entry}}}\n")
    found = _checks(shell, "--site", "main", OS_CLIENT_CONFIG_FILE=str(file))
    assert found["login"]["ok"] is False
    assert str(file) in str(found["login"]["message"])
    assert found["login"]["next"]
    assert {"python", "toolchain", "repository"} <= found.keys()
    shown = shell.run("doctor", "--site", "main", OS_CLIENT_CONFIG_FILE=str(file))
    assert (shown.code, shown.err) == (1, "")
    assert "✘" in shown.out


@pytest.mark.usefixtures("province")
def test_a_store_that_cannot_be_opened_is_a_row(shell: Shell) -> None:
    store = _checks(shell, GOVCLOUD_STORE="mysql://me:s3cret@x")["store"]
    assert (store["ok"], store["message"]) == (False, "the address in store cannot be read: mysql://me:***@x")
    ended = shell.run("doctor", "--site", "main", GOVCLOUD_STORE="mysql://me:s3cret@x")
    assert (ended.code, ended.err) == (1, ""), "nor are the other rows lost"


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize("command", ["doctor", "list --for operator"])
def test_a_site_that_there_is_not(shell: Shell, command: str) -> None:
    ended = shell.run(*command.split(), "--site", "nope", "--lang", "en")
    assert (ended.code, ended.out) == (2, "")
    assert "no site nope" in ended.err
    assert "main" in ended.err
