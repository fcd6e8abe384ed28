"""From what an engine says to what a person is told."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pulumi.automation import CommandResult
from pulumi.automation.errors import CommandError

from govcloud.engine.failures import Diagnostics, _short
from govcloud.engine.patience import LONG, USUAL, UnderWay
from govcloud.engine.processes import Command
from govcloud.errors import ExitCode, ResourceFailed
from govcloud.text import next_step

NETWORK = "urn:pulumi:t.iaas::govcloud::govcloud:iaas:Network$openstack:networking/network:Network::network/app"
MACHINE = "urn:pulumi:t.iaas::govcloud::govcloud:iaas:Server$openstack:compute/instance:Instance::server/web-1"
_WRAPPED = "sdk-v2/provider2.go:572: sdk.helper_schema: Error creating it: Expected HTTP response code [201] when"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ('{"NeutronError": {"type": "OverQuota", "message": "Quota exceeded", "detail": ""}}', "409: Quota exceeded"),
        ('{"forbidden": {"code": 403, "message": "Quota exceeded for cores"}}', "409: Quota exceeded for cores"),
        ('{"error": "spoiled"}', '{"error": "spoiled"}'),
        ("{not a document}", "{not a document}"),
    ],
)
def test_the_services_own_words_are_told(document: str, reason: str) -> None:
    text = f"{_WRAPPED} accessing [POST http://neutron], but got 409 instead: {document}: provider=openstack@5.5"
    assert _short(text).endswith(reason)
    assert _short(text).startswith("Error creating it: ")


@pytest.mark.parametrize(
    ("stdout", "stderr", "reason"),
    [
        (
            "",
            "error: could not read it:\n  unexpected end of JSON input",
            "could not read it: unexpected end of JSON input",
        ),
        ("said aloud", "", "code: 255 stdout: said aloud stderr:"),
    ],
)
def test_a_state_that_cannot_be_read_is_named(stdout: str, stderr: str, reason: str) -> None:
    error = Diagnostics("t-aaaaaa.iaas").unread(CommandError(CommandResult(stdout, stderr, 255)))
    assert (error.code, error.exit_code) == ("engine.unread", ExitCode.ERROR)
    assert error.params == {"stack": "t-aaaaaa.iaas", "reason": reason}
    assert "govcloud store check" in next_step(error.code, **error.params)


def test_a_disk_that_is_full_is_named_and_a_services_own_is_not_ours() -> None:
    words = "An IO error occurred while writing the new snapshot file: write x.json.tmp: no space left on device"
    ours, theirs = Diagnostics("t-aaaaaa.iaas"), Diagnostics("t-aaaaaa.iaas")
    ours.reasons[""] = words
    theirs.reasons[MACHINE] = "409: No space left on device"
    failed = CommandError(CommandResult("", "", 255))
    error = ours.error(failed)
    assert (error.code, error.exit_code) == ("engine.disk-full", ExitCode.ERROR)
    assert error.params == {"stack": "t-aaaaaa.iaas", "reason": words}
    assert theirs.error(failed).code == "engine.failed"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("error reading from server: EOF", "engine.provider-died"),
        ("Post http://nova: dial tcp 127.0.0.1:8774: connect: connection refused", "engine.resource-failed"),
    ],
)
def test_a_provider_that_is_no_more_is_no_fault_of_a_resource(said: str, code: str) -> None:
    told = Diagnostics("t-aaaaaa.iaas", {MACHINE: said})
    (problem,) = told.error(CommandError(CommandResult("", "", 255))).problems()
    assert (problem.code, problem.params["resource"]) == (code, "server web-1")


def test_an_engine_that_was_killed_is_told_so(tmp_path: Path) -> None:
    engine = tmp_path / "engine"
    engine.write_text("#!/bin/sh\necho 'Updating (t-aaaaaa.iaas):'\nkill -9 $$\n")
    engine.chmod(0o700)
    with pytest.raises(ResourceFailed) as killed:
        Command(engine, "3.1.0", {"PATH": "/usr/bin:/bin"}).run(["up"], str(tmp_path), {})
    assert (killed.value.code, killed.value.params) == ("engine.killed", {"signal": "SIGKILL"})


def _event(**said: Any) -> Any:
    empty = {"resource_pre_event": None, "res_outputs_event": None, "res_op_failed_event": None}
    return SimpleNamespace(**{**empty, **said})


def _step(urn: str) -> Any:
    return SimpleNamespace(metadata=SimpleNamespace(urn=urn, type=urn.split("::")[2].rpartition("$")[2]))


def test_a_step_that_takes_too_long_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    under_way = UnderWay(10)
    for urn in (MACHINE, NETWORK):
        under_way.take(_event(resource_pre_event=_step(urn)))
    clock[0] += USUAL * 10
    assert under_way.late() is None
    clock[0] += 1
    assert under_way.late() == NETWORK
    under_way.take(_event(res_op_failed_event=_step(NETWORK)))
    assert under_way.late() is None
    clock[0] += LONG * 10
    assert under_way.late() == MACHINE
    under_way.take(_event(res_outputs_event=_step(MACHINE)))
    assert under_way.late() is None


def test_what_only_groups_others_may_last() -> None:
    under_way = UnderWay(0)
    under_way.take(_event(resource_pre_event=_step("urn:pulumi:t.iaas::govcloud::pulumi:pulumi:Stack::govcloud")))
    assert under_way.late() is None
