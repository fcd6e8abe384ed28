"""What was applied held against what is, and what the engine is told of it: pure, so for what no devcloud does too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from govcloud.cloud.read.live import Live
from govcloud.engine.state import Held, State, read_state
from govcloud.plan.compare import (
    ATTACHMENT,
    GROUP,
    INSTANCE,
    LEG,
    NETWORK,
    PORT,
    ROUTER,
    SERVER_GROUP,
    SHARE,
    SUBNET,
    VOLUME,
    Applied,
    Difference,
    compare,
    same,
    unused,
)
from govcloud.plan.correct import anew, corrected
from govcloud.spec.volumes import VolumeSpec


def _row(token: str, name: str, inputs: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A resource as the engine exports it, its outputs what was asked for."""
    urn = f"urn:pulumi:t-aaaaaa.iaas::govcloud::{token}::{name}"
    return {"urn": urn, "type": token, "id": f"id-{name}", "inputs": inputs, "outputs": dict(inputs), **more}


def _applied(*rows: Mapping[str, Any], isolated: bool = False) -> Applied:
    state = read_state({"deployment": {"resources": list(rows)}})
    texts = {one.urn.rpartition("/")[2]: "digest" for one in state.resources if one.type == INSTANCE}
    return Applied({"iaas": state}, texts, isolated)


def _told(found: list[Difference]) -> list[tuple[str, str, str, str]]:
    return [(one.how, one.property, one.applied, one.found) for one in found]


VOLUME_ROW = _row(VOLUME, "volume/app-1/files", {"name": "files", "size": 2, "volumeType": "plain"})
STANDING = {"name": "files", "size": 2, "volumeType": "plain", "status": "in-use", "attachedTo": [], "description": ""}


def _volume(**changes: Any) -> Live:
    return {VOLUME: {"id-volume/app-1/files": {**STANDING, **changes}}}


def test_what_is_as_it_was_applied_differs_in_nothing() -> None:
    assert compare(_applied(VOLUME_ROW), _volume()) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"volumeType": "encrypted"}, ("changed", "volumeType", "plain", "encrypted")),
        ({"size": 3}, ("changed", "size", "2", "3")),
        ({"status": "error"}, ("changed", "status", "in-use", "error")),
        ({"description": "x"}, ("changed", "description", "", "x")),
    ],
)
def test_a_changed_property_is_named_with_both_values(changes: dict[str, Any], told: tuple[str, str, str, str]) -> None:
    assert _told(compare(_applied(VOLUME_ROW), _volume(**changes))) == [told]


def test_what_is_gone_is_missing_and_what_nobody_made_unmanaged() -> None:
    assert _told(compare(_applied(VOLUME_ROW), {})) == [("missing", "", "", "")]
    assert [(one.how, one.what) for one in compare(_applied(), _volume())] == [("unmanaged", "volume files")]


def test_what_something_hangs_on_is_told_with_what_does() -> None:
    plug = {"networkId": "net", "securityGroupIds": ["sg"], "fixedIps": [{"subnetId": "sub"}]}
    live: Live = {
        VOLUME: {"v": {**STANDING, "attachedTo": ["m"]}, "free": STANDING},
        INSTANCE: {"m": {"name": "m"}},
        SERVER_GROUP: {"g": {"name": "g", "members": ["m", "n"]}},
        PORT: {"p": {**plug, "name": "p", "device": "m"}, "loose": {**plug, "name": "loose", "device": ""}},
        NETWORK: {"net": {"name": "net"}},
        GROUP: {"sg": {"name": "sg"}},
        SUBNET: {"sub": {"name": "sub"}},
        LEG: {"leg": {"routerId": "r", "subnetId": "sub"}},
        ROUTER: {"r": {"name": "r", "externalNetworkId": "outside"}},
        SHARE: {"s": {"label": "outside", "objectId": "outside"}, "idle": {"label": "other", "objectId": "other"}},
    }
    found = compare(_applied(), live)
    hanging = {"v": ("m",), "m": ("v",), "g": ("m", "n"), "p": ("m",), "net": ("p", "loose"), "sg": ("p", "loose")}
    hanging |= {"sub": ("p", "loose", "leg"), "r": ("leg",), "s": ("r",)}
    assert {one.id: one.users for one in found if one.users} == hanging
    assert _staying(found) == {"g"}, "a machine that is none of them is in the group"
    assert _staying(found, "m") == {"g", "v", "p", "net", "sg", "sub"}
    assert _staying(found, "v") == {"m", "g", "p", "net", "sg", "sub"}
    assert _staying(found, "v", plugs={"v"}) == {"g"}, "our own volume goes with no machine"
    assert _staying(found, "m", plugs={"m"}) == {"g", "p", "net", "sg", "sub"}, "it can be unplugged, a port cannot"
    assert _staying(found, "r") == {"g", "s"}


def _staying(found: list[Difference], but: str = "", plugs: Collection[str] = ()) -> set[str]:
    """What of all but one stays, for something hangs on it."""
    some = [one for one in found if one.id != but]
    return {one.id for one in some} - {one.id for one in unused(some, plugs)}


def test_a_volume_on_another_machine_is_missing_here_and_unmanaged_there() -> None:
    tie = {"volumeId": "id-volume/app-1/files", "instanceId": "ours"}
    here = _applied(VOLUME_ROW, _row(ATTACHMENT, "volume/app-1/files", tie))
    assert compare(here, _volume(attachedTo=["ours"])) == []
    found = compare(here, _volume(attachedTo=["theirs"]))
    assert [(one.how, one.what) for one in found] == [
        ("missing", "attachment app-1/files"),
        ("unmanaged", "attachment app-1/files"),
    ]


MACHINE = _row(INSTANCE, "server/app-1", {"name": "t-app-1", "schedulerHints": [{"group": "apart"}]})
PLUG = _row(PORT, "server/app-1", {"adminStateUp": True})


def _machine(*, device: str = "id-server/app-1", up: bool = True, **changes: Any) -> Live:
    born = {"name": "t-app-1", "description": "t-app-1", "userDataDigest": "digest", "tags": [], **changes}
    return {
        INSTANCE: {"id-server/app-1": born},
        PORT: {"id-server/app-1": {"device": device, "adminStateUp": up}},
        SERVER_GROUP: {"apart": {"name": "apart", "members": changes.get("members", ["id-server/app-1"])}},
    }


@pytest.mark.parametrize(
    ("live", "names"),
    [
        (_machine(), set()),
        (_machine(description=""), set()),
        (_machine(description="x"), {"description"}),
        (_machine(tags=["x"]), {"tags"}),
        (_machine(userDataDigest="other"), {"userDataDigest"}),
        (_machine(device=""), {"networks"}),
        (_machine(members=[]), {"schedulerHints"}),
        (_machine(up=False), {"adminStateUp"}),
    ],
)
def test_a_machine_is_its_text_its_port_and_its_group(live: Live, names: set[str]) -> None:
    group = _row(SERVER_GROUP, "spread/app", {"name": "apart"}) | {"id": "apart"}
    assert {one.property for one in compare(_applied(MACHINE, PLUG, group), live)} == names


def test_ports_of_a_tenancy_that_is_cut_off_are_down() -> None:
    cut = _applied(MACHINE, PLUG, _row(SERVER_GROUP, "spread/app", {"name": "apart"}) | {"id": "apart"}, isolated=True)
    assert compare(cut, _machine(up=False)) == []
    assert [one.property for one in compare(cut, _machine(up=True))] == ["adminStateUp"]


def test_a_leg_has_its_subnets_gateway_address() -> None:
    leg = _row(LEG, "router/common/app", {"subnetId": "s", "routerId": "r"})
    live: Live = {
        SUBNET: {"s": {"gatewayIp": "10.0.0.1"}},
        LEG: {"id-router/common/app": {"address": "10.0.0.9", "subnetId": "s", "routerId": "r", "legUp": True}},
    }
    known = _row(SUBNET, "network/app", {"gatewayIp": "10.0.0.1"}) | {"id": "s"}
    assert _told(compare(_applied(leg, known), live)) == [("changed", "gatewayIp", "10.0.0.1", "10.0.0.9")]


@pytest.mark.parametrize(
    ("name", "applied", "now", "alike"),
    [
        ("tags", ["b", "a"], ["a", "b"], True),
        ("tags", ["a"], [], False),
        ("size", 2, "2", True),
        ("gatewayIp", "", None, True),
        ("adminStateUp", True, False, False),
        ("metadata", {"a": "1", "__defaults": []}, {"a": 1}, True),
        ("metadata", {"a": "1"}, {}, False),
        ("fixedIps", [{"ipAddress": "a", "__defaults": []}], [{"ipAddress": "a"}], True),
        ("userData", {"ciphertext": "x"}, "anything", True),
    ],
)
def test_two_spellings_of_a_value_are_the_same(name: str, applied: Any, now: Any, alike: bool) -> None:
    assert same(name, applied, now) is alike


def _state(applied: Applied, live: Live) -> State:
    return corrected(applied, compare(applied, live), live)["iaas"]


def _held(state: State, name: str) -> Held:
    return next(one for one in state.resources if one.urn.endswith(name))


def test_the_engine_is_told_what_is_and_what_is_gone() -> None:
    other = _row(VOLUME, "volume/app-1/gone", {"name": "gone", "size": 1, "volumeType": "plain"})
    state = _state(_applied(VOLUME_ROW, other), _volume(size=3))
    assert [one.inputs["size"] for one in state.resources] == [3]
    assert _held(state, "files").outputs["size"] == 3
    assert corrected(_applied(VOLUME_ROW), [], _volume()) == {}


def test_the_engine_is_told_that_what_failed_to_be_written_is_not_there() -> None:
    """Its state says of a failed update that it happened, and it would never be tried again."""
    half = {**VOLUME_ROW, "inputs": {**VOLUME_ROW["inputs"], "size": 1}, "initErrors": ["409"]}
    state = _state(_applied(half), _volume(size=1))
    assert _held(state, "files").outputs["size"] == 1
    whole = {**half, "initErrors": []}
    assert corrected(_applied(whole), [], _volume(size=1)) == {}


def test_a_gateway_that_moved_brings_its_translation_with_it() -> None:
    """The provider says of a gateway only what changes, and Neutron translates where nothing is said."""
    row = _row(ROUTER, "router/common", {"externalNetworkId": "ours", "enableSnat": False})
    live = {ROUTER: {"id-router/common": {"externalNetworkId": "theirs", "enableSnat": False}}}
    outputs = _held(_state(_applied(row), live), "router/common").outputs
    assert (outputs["externalNetworkId"], outputs["enableSnat"]) == ("theirs", True)


@pytest.mark.parametrize("cut", [True, False])
def test_the_engine_is_told_of_an_isolation_and_of_its_end(*, cut: bool) -> None:
    """Nothing differs, for it is as it should be; but the state is older."""
    applied = _applied(_row(PORT, "port/app-1", {"adminStateUp": cut}), isolated=cut)
    live = {PORT: {"id-port/app-1": {"adminStateUp": not cut, "device": ""}}}
    assert compare(applied, live) == []
    assert _held(_state(applied, live), "port/app-1").outputs["adminStateUp"] is not cut


def test_what_we_put_right_ourselves_the_engine_is_not_told() -> None:
    row = _row(NETWORK, "network/app", {"name": "app"})
    live = {NETWORK: {"id-network/app": {"name": "app", "qosPolicyId": "theirs"}}}
    applied = _applied(row)
    assert [one.property for one in compare(applied, live)] == ["qosPolicyId"]
    assert corrected(applied, compare(applied, live), live) == {}


@pytest.mark.parametrize(
    ("size", "type_", "remade"), [(1, "plain", True), (2, "plain", False), (3, "plain", False), (2, "encrypted", True)]
)
def test_a_volume_that_should_shrink_or_be_of_another_type_is_made_anew(size: int, type_: str, remade: bool) -> None:
    state = _applied(VOLUME_ROW).states["iaas"]
    assert bool(anew(state, [VolumeSpec("app-1/files", "app-1", "files", size, type_, "general", {})])) is remade
    assert anew(state, []) == ()
