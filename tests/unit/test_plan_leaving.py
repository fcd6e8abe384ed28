"""Volumes that were to be replaced when an update was cut off: known, named, and kept where they would do."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

import pytest
from pulumi.automation import OpType, StepEventMetadata
from pulumi.automation.events import StepEventStateMetadata

from govcloud.engine.corrections import Correction, correct, take_back
from govcloud.engine.state import State, read_state
from govcloud.engine.steps import Step, leaving
from govcloud.plan.compare import VOLUME, Applied, compare
from govcloud.plan.dataloss import losses
from govcloud.plan.leaving import put_back, spare, taken_back
from govcloud.spec.symbols import Stack
from govcloud.spec.volumes import VolumeSpec
from tests.unit.drafting import step

URN: Final = f"urn:pulumi:t-aaaaaa.iaas::govcloud::{VOLUME}::volume/app-1/files"
SPEC: Final = VolumeSpec("app-1/files", "app-1", "t-aaaaaa-app-1-files", 20, "plain", "general", {})
BORN: Final = {"old": "2026-11-25T08:00:00Z", "between": "2026-11-26T07:00:00Z", "new": "2026-11-26T08:00:00Z"}


def _row(id_: str, size: int, *, delete: bool = False, kind: str = "plain") -> dict[str, Any]:
    inputs = {"name": SPEC.name, "size": size, "volumeType": kind}
    row = {"urn": URN, "type": VOLUME, "id": id_, "inputs": inputs, "outputs": inputs, "created": BORN[id_]}
    return {**row, "delete": True} if delete else row


def _state(*rows: dict[str, Any]) -> State:
    return read_state({"deployment": {"resources": list(rows)}})


def _ids(state: State) -> tuple[list[str], list[str]]:
    return [one.id for one in state.resources], [one.id for one in state.leaving]


CUT_OFF: Final = (_row("new", 10), _row("old", 20, delete=True))


def test_what_leaves_is_ours_and_part_of_what_a_plan_starts_from() -> None:
    state = _state(*CUT_OFF)
    assert _ids(state) == (["new"], ["old"])
    assert state.digest() != _state(CUT_OFF[0]).digest()
    volume = {"name": SPEC.name, "size": 20, "volumeType": "plain", "status": "available", "attachedTo": []}
    live = {VOLUME: {"old": volume, "new": {**volume, "size": 10, "status": "in-use"}}}
    assert compare(Applied({"iaas": state}, {}), live) == []


def test_what_came_in_its_place_may_be_gone_and_it_is_still_known() -> None:
    corrected = read_state(correct(_state(*CUT_OFF).exported, [Correction(URN, gone=True)]))
    assert _ids(corrected) == ([], ["old"])
    renamed = read_state(correct(_state(*CUT_OFF).exported, [Correction(URN, values={"name": "x"})]))
    assert (renamed.resources[0].inputs["name"], renamed.leaving[0].inputs["name"]) == ("x", SPEC.name)


@pytest.mark.parametrize(
    ("rows", "size", "kept"),
    [
        (CUT_OFF, 20, (["old"], ["new"])),
        (CUT_OFF, 30, (["old"], ["new"])),
        (CUT_OFF, 10, (["new"], ["old"])),
        ((CUT_OFF[1],), 20, (["old"], [])),
        ((CUT_OFF[1], CUT_OFF[0]), 20, (["old"], ["new"])),
        ((_row("new", 10), _row("old", 20, delete=True, kind="encrypted")), 20, (["new"], ["old"])),
        ((_row("new", 5), _row("between", 10, delete=True), _row("old", 20, delete=True)), 20, (["old"], None)),
        ((_row("new", 5), _row("between", 10, delete=True), _row("old", 20, delete=True)), 15, (["between"], None)),
    ],
)
def test_the_oldest_that_would_do_stays(
    rows: tuple[dict[str, Any], ...], size: int, kept: tuple[list[str], list[str] | None]
) -> None:
    before = _state(*rows)
    states: dict[Stack, State] = {"iaas": before}
    after = taken_back(states, BORN, [replace(SPEC, size=size)])["iaas"]
    stays, goes = _ids(after)
    assert stays == kept[0]
    assert {*stays, *goes} == {*_ids(before)[0], *_ids(before)[1]}
    assert kept[1] is None or goes == kept[1]


def test_what_stays_stands_where_what_refers_to_it_can_see_it() -> None:
    attachment = {"urn": "urn:a", "type": "x", "id": "a", "dependencies": [URN]}
    rows = take_back(_state(CUT_OFF[0], attachment, CUT_OFF[1]).exported, {"old"})["deployment"]["resources"]
    assert [(row["id"], bool(row.get("delete"))) for row in rows] == [("old", False), ("a", False), ("new", True)]


@pytest.mark.parametrize("standing", [[], ["new"]])
def test_what_is_no_longer_there_cannot_stay(standing: list[str]) -> None:
    states: dict[Stack, State] = {"iaas": _state(*CUT_OFF)}
    assert taken_back(states, standing, [SPEC]) == states


def test_what_only_came_in_its_place_has_no_data_while_it_is_new() -> None:
    before: dict[Stack, State] = {"iaas": _state(*CUT_OFF)}
    after = taken_back(before, BORN, [SPEC])
    moment = dt.datetime.fromisoformat(BORN["new"])
    assert spare(before, after, [], moment + dt.timedelta(minutes=5)) == {"new"}
    assert spare(before, after, [], moment + dt.timedelta(hours=2)) == frozenset()
    assert spare(before, after, ["new"], moment) == frozenset(), "a machine that has it may have written to it"
    assert spare(before, before, [], moment) == frozenset(), "what was to be replaced has data, however new it is"


def test_which_of_the_two_goes_is_told() -> None:
    before: dict[Stack, State] = {"iaas": _state(*CUT_OFF)}
    (note,) = put_back(before, taken_back(before, BORN, [SPEC]))
    named = {"volume": "app-1/files", "stays": "old", "goes": "new", "born": BORN["new"], "size": 20, "new": 10}
    assert (note.code, note.params) == ("plan.put-back", named)
    assert list(put_back(before, before)) == []


def test_its_deletion_is_a_loss() -> None:
    gone = replace(step("delete", "blockstorage/volume:Volume", "volume/app-1/files"), id="old")
    assert losses([gone]) == ("volume app-1/files",)
    assert losses([gone], {"old"}) == ()


def _deleting(id_: str, *, marked: bool) -> StepEventMetadata:
    old = StepEventStateMetadata(VOLUME, URN, id_, "", "", delete=marked, inputs={}, outputs={})
    return StepEventMetadata(OpType("delete-replaced"), URN, VOLUME, "", old=old)


def test_the_engine_deletes_what_an_earlier_update_left_and_says_so() -> None:
    replacing = Step("iaas", "replace", VOLUME, "app-1/files", URN, id="new")
    found = leaving("iaas", _deleting("old", marked=True), [replacing])
    assert found is not None
    assert (found.op, found.label, found.id) == ("delete", "volume app-1/files", "old")
    assert leaving("iaas", _deleting("new", marked=True), [replacing]) is None, "it is told by the replacement"
    assert leaving("iaas", _deleting("new", marked=False), []) is None, "it goes first, and is replaced then"
