"""What loses data, and how long a run takes: both read from steps alone."""

from __future__ import annotations

import datetime as dt

import pytest

from govcloud.engine.steps import Step
from govcloud.plan.compare import ATTACHMENT, INSTANCE, PORT, VOLUME, Difference
from govcloud.plan.dataloss import lived, loses, losses
from govcloud.plan.estimate import OTHER, SECONDS, STARTUP, estimate
from tests.unit.drafting import step

BEARERS = (
    "compute/instance:Instance",
    "blockstorage/volume:Volume",
    "networking/floatingIp:FloatingIp",
    "networking/network:Network",
    "networking/subnet:Subnet",
)
OTHERS = (
    "networking/port:Port",
    "networking/secGroupRule:SecGroupRule",
    "compute/volumeAttach:VolumeAttach",
    "networking/router:Router",
    "identity/roleAssignment:RoleAssignment",
)


@pytest.mark.parametrize("token", BEARERS)
@pytest.mark.parametrize("op", ["delete", "replace"])
def test_the_end_of_what_bears_data_or_an_address_loses_it(op: str, token: str) -> None:
    assert loses(step(op, token, "x/one"))


def test_what_a_run_left_may_have_data_once_it_has_stood_for_a_while() -> None:
    now = dt.datetime(2026, 11, 26, 8, 0, tzinfo=dt.UTC)
    born = {"new": "2026-11-26T07:30:00Z", "old": "2026-11-26T06:30:00.000000", "unknown": ""}
    remains = [
        Difference("unmanaged", f"{name} {kind}", token=token, born=when)
        for name, when in born.items()
        for kind, token in (("server", INSTANCE), ("volume", VOLUME), ("port", PORT))
    ]
    assert lived(remains, now) == ("old server", "old volume", "unknown server", "unknown volume")


def test_what_a_run_left_has_data_once_it_is_used_and_may_have_some_where_only_a_copy_tells_of_the_run() -> None:
    now, born = dt.datetime(2026, 11, 26, 8, 0, tzinfo=dt.UTC), "2026-11-26T07:50:00Z"
    kinds = (("server", INSTANCE), ("volume", VOLUME), ("attachment", ATTACHMENT), ("port", PORT))
    free = [Difference("unmanaged", f"free {kind}", token=token, born=born) for kind, token in kinds]
    used = Difference("unmanaged", "used volume", token=VOLUME, born=born, users=("m",))
    later = Difference("unmanaged", "later volume", token=VOLUME, born="2026-11-26T07:55:01Z")
    undated = Difference("unmanaged", "undated attachment", token=ATTACHMENT)
    dead = Difference("changed", "dead server", token=INSTANCE)
    remains = [*free, used, later, undated, dead]
    assert lived(remains, now) == ("used volume",)
    told = ("free attachment", "free port", "free server", "free volume", "later volume", "undated attachment")
    assert lived(remains, now, copied=True) == (*told, "used volume"), "whoever made it"


def test_what_no_host_ever_had_has_no_data() -> None:
    failed = Difference("changed", "server web-1", token=INSTANCE)
    assert lived([failed], dt.datetime(2026, 11, 26, 8, 0, tzinfo=dt.UTC)) == ()


@pytest.mark.parametrize("token", OTHERS)
@pytest.mark.parametrize("op", ["delete", "replace", "update", "create"])
def test_what_is_made_again_from_the_request_loses_nothing(op: str, token: str) -> None:
    assert not loses(step(op, token, "x/one"))


@pytest.mark.parametrize("token", BEARERS)
def test_making_something_loses_nothing(token: str) -> None:
    assert not loses(step("create", token, "x/one", changes={"size": ("9", "1"), "imageId": ('"a"', '"b"')}))


@pytest.mark.parametrize(
    ("token", "path", "before", "after", "lost"),
    [
        # an image that changes rebuilds the server in place, though the engine calls it an update (provider #1562)
        ("compute/instance:Instance", "imageId", '"a"', '"b"', True),
        ("compute/instance:Instance", "imageName", '"a"', '"b"', True),
        ("compute/instance:Instance", "userData", '"a"', '"b"', True),
        ("compute/instance:Instance", "flavorId", '"a"', '"b"', False),
        ("compute/instance:Instance", "metadata.mlps", '"2"', '"3"', False),
        ("compute/instance:Instance", "metadata.imageId", '"2"', '"3"', False),
        ("blockstorage/volume:Volume", "size", "10", "11", False),
        ("blockstorage/volume:Volume", "size", "10", "9", True),
        ("blockstorage/volume:Volume", "size", "10", "10.0", False),
        ("blockstorage/volume:Volume", "size", "10.0", "9.0", True),
        ("blockstorage/volume:Volume", "size", "9", "10", False),
        ("blockstorage/volume:Volume", "size", "100", "99", True),
        # what nobody knows yet may be smaller
        ("blockstorage/volume:Volume", "size", "10", '"04da6b54-80e4-46f7-96ec-b56ff0331ba9"', True),
        ("blockstorage/volume:Volume", "volumeType", '"plain"', '"encrypted"', True),
        ("blockstorage/volume:Volume", "metadata.mlps", '"2"', '"3"', False),
        ("networking/network:Network", "tags[0]", '"a"', '"b"', False),
        ("networking/floatingIp:FloatingIp", "portId", '"a"', '"b"', False),
    ],
)
def test_an_update_loses_by_what_it_changes(token: str, path: str, before: str, after: str, lost: bool) -> None:
    assert loses(step("update", token, "x/one", changes={path: (before, after)})) is lost


def test_one_harmless_change_hides_no_other() -> None:
    changes = {"size": ("10", "20"), "volumeType": ('"plain"', '"encrypted"')}
    assert loses(step("update", "blockstorage/volume:Volume", "volume/web-1/files", changes=changes))


def test_losses_are_labels_sorted_and_once() -> None:
    steps = [
        step("delete", "compute/instance:Instance", "server/web-2"),
        step("delete", "blockstorage/volume:Volume", "volume/web-2/files"),
        step("delete", "networking/port:Port", "server/web-2"),
        step("replace", "compute/instance:Instance", "server/web-1"),
        step("replace", "compute/instance:Instance", "server/web-1"),
    ]
    assert losses(steps) == ("server web-1", "server web-2", "volume web-2/files")
    assert losses([]) == ()


def _scaffold() -> Step:
    return step("create", "govcloud:iaas:Server", "server/web-1")


def test_an_estimate_grows_with_what_is_built() -> None:
    server, port = (
        step("create", token, "server/web-1") for token in ("compute/instance:Instance", "networking/port:Port")
    )
    assert estimate([]) == STARTUP
    assert estimate([port]) == pytest.approx(STARTUP + OTHER)
    assert estimate([server, server, port]) == pytest.approx(STARTUP + 2 * SECONDS["server"] + OTHER)
    assert estimate([_scaffold()]) == STARTUP, "components are nothing in the cloud"
