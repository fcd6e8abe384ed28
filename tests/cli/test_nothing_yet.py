"""Before the first apply: what commands say of a department and a request that have no tenancy yet."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Shell

pytestmark = pytest.mark.usefixtures("province")
REQUEST = "departments/hrss/training.test.yaml"


def test_a_department_has_an_empty_list(shell: Shell) -> None:
    for command in (("list", "hrss"), ("list", "--for", "operator"), ("list", "hrss", "--site", "main", "--all")):
        ended = shell.run(*command, "-o", "json")
        assert (ended.code, ended.err) == (0, "")
        assert json.loads(ended.out)["data"] == []


@pytest.mark.parametrize("command", ["show", "history", "release", "unlock", "destroy", "drift", "hold", "isolate"])
def test_a_department_without_a_tenancy_is_one(shell: Shell, command: str) -> None:
    reason = ("--reason", "x") if command in ("hold", "isolate") else ()
    ended = shell.run(command, "hrss", *reason, "--lang", "en")
    assert ended.code == 1
    assert "the department hrss has no tenancy" in ended.err
    assert "→ apply a request first: govcloud plan hrss" in ended.err
    assert shell.run(command, "hrs", *reason).code == 2, "there is no such department"


@pytest.mark.parametrize("command", ["show", "history", "drift", "destroy"])
def test_a_request_that_was_not_applied(shell: Shell, command: str) -> None:
    ended = shell.run(command, REQUEST, "--lang", "en")
    assert ended.code == 1
    assert f"the request {REQUEST} was not applied yet" in ended.err
    assert f"→ see what it would build: govcloud plan {REQUEST}" in ended.err
    assert "t-" not in ended.err.replace("--", ""), "nobody was told an id"
