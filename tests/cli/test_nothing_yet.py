"""Before the first apply: what commands say of a department and a request that have no tenancy yet."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from govcloud.store import tenancies
from govcloud.store.store import Store, now
from tests.cli.conftest import Shell
from tests.unit.ground import TRAINING, fitted, given

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


def test_a_reservation_is_listed_and_is_no_tenancy(shell: Shell) -> None:
    """Its plan may be lost, and its request deleted: it keeps what it keeps from everybody until it expires."""
    folder = shell.home / ".local/state/govcloud"
    folder.mkdir(parents=True)
    store = Store(f"sqlite:///{folder}/store.sqlite")
    tenancies.reserve(store, "p-lost", given(fitted(TRAINING), "t-train0"), now() + dt.timedelta(hours=1))
    for command in (("list", "--for", "operator"), ("list", "hrss"), ("list", "hrss", "--site", "main")):
        (row,) = json.loads(shell.run(*command, "-o", "json").out)["data"]
        assert (row["tenancy"], row["state"], row["plan"]) == ("t-train0", "reserved", "p-lost")
    for command in (("list", "dot"), ("list", "hrss", "--expiring", "90d")):
        assert json.loads(shell.run(*command, "-o", "json").out)["data"] == []
    for verb in ("destroy", "show", "drift"):
        refused = shell.run(verb, "t-train0", "--lang", "en")
        assert refused.code == 1
        assert "nothing was applied yet; the plan p-lost keeps room for it until" in refused.err
        assert "govcloud release t-train0" in refused.err
    asked = shell.run("release", "t-train0", "--lang", "en")
    assert asked.code == 2, "nobody is there to say yes"
    assert "--yes" in asked.err
    assert [one.plan for one in tenancies.all_reservations(store)] == ["p-lost"]
