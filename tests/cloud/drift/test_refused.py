"""Where nothing can be built upon what a stranger did, the plan says so, and nothing happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.cloud.conftest import until
from tests.cloud.drift.place import Place
from tests.cloud.drift.quotas import raise_all

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Obstacle:
    """Something in the way: what drift names, what the plan says, and how it goes away again."""

    what: str
    property: str
    says: str
    do: Callable[[Place], object]
    undo: Callable[[Place], object]

    def __str__(self) -> str:
        return self.what.replace(" ", "-")


def _switch(what: str, *, on: bool) -> Callable[[Place], object]:
    return lambda place: place.cloud.identity.update_project(place.ids[what], is_enabled=on)


def _suspend(place: Place) -> None:
    server = place.ids["server web-1"]
    place.cloud.compute.suspend_server(server)
    until(lambda: place.cloud.compute.get_server(server).status == "SUSPENDED")


def _resume(place: Place) -> None:
    server = place.ids["server web-1"]
    place.cloud.compute.resume_server(server)
    until(lambda: place.cloud.compute.get_server(server).status == "ACTIVE")


def _move(place: Place) -> None:
    """To another host, and nobody says yet whether it stays there. Nova waits as after another size."""
    server = place.ids["server db-1"]
    place.cloud.compute.migrate_server(server)
    until(lambda: place.cloud.compute.get_server(server).status == "VERIFY_RESIZE", 120)


def _move_back(place: Place) -> None:
    server = place.ids["server db-1"]
    place.cloud.compute.revert_server_resize(server)
    until(lambda: place.cloud.compute.get_server(server).status == "ACTIVE", 120)


def _hang(place: Place, server: str) -> None:
    """Plug the volume of app-1 into a machine, whichever has it now."""
    compute, volume = place.cloud.compute, place.ids["volume app-1/files"]
    hangs = place.cloud.block_storage.get_volume(volume).attachments[0]["server_id"]
    compute.delete_volume_attachment(hangs, volume)
    until(lambda: place.cloud.block_storage.get_volume(volume).status == "available")
    compute.create_volume_attachment(place.ids[server], volume_id=volume)
    until(lambda: place.cloud.block_storage.get_volume(volume).status == "in-use")


OBSTACLES = (
    Obstacle("server web-1", "powerState", "server web-1 is suspended", _suspend, _resume),
    Obstacle("server db-1", "unconfirmedResize", "openstack server resize confirm", _move, _move_back),
    Obstacle(
        "attachment app-1/files",
        "",
        "attachment app-1/files: the volume hangs on another machine",
        lambda place: _hang(place, "server app-2"),
        lambda place: _hang(place, "server app-1"),
    ),
    Obstacle(
        "project domain",
        "enabled",
        "somebody switched project domain off",
        _switch("project domain", on=False),
        _switch("project domain", on=True),
    ),
    # the last: nobody gets into it any more
    Obstacle(
        "project iaas",
        "enabled",
        "somebody switched project iaas off",
        _switch("project iaas", on=False),
        _switch("project iaas", on=True),
    ),
)


def test_an_obstacle_is_named_and_nothing_happens(place: Place) -> None:
    here = Place(place.shop, place.devcloud, place.path, place.tenancy, place.project)
    assert here.drift(code=0)["clean"] is True
    for obstacle in OBSTACLES:
        obstacle.do(here)
    found = here.drift(code=2)
    named = {(one["what"], one["property"]) for one in found["differences"]}
    assert {(one.what, one.property) for one in OBSTACLES} == named
    for command in (("plan",), ("apply", "--yes")):
        refused = here.shop.run(*command[:1], here.path, *command[1:], code=5)
        for obstacle in OBSTACLES:
            assert obstacle.says in refused.out
    assert here.drift(code=2)["differences"] == found["differences"]
    for obstacle in reversed(OBSTACLES):
        obstacle.undo(here)
    assert here.drift(code=0)["clean"] is True


@pytest.mark.usefixtures("place")
def test_an_update_that_failed_is_made_up_for(place: Place) -> None:
    """The engine takes what failed to be written for written; whoever looks sees that it is not."""
    here = Place(place.shop, place.devcloud, place.path, place.tenancy, place.project)
    network, port = here.cloud.network, here.ids["port app-2"]
    mine = network.get_port(port).fixed_ips[0]
    elsewhere = network.create_port(network_id=here.ids["network app"])
    other = elsewhere.fixed_ips[0]
    network.delete_port(elsewhere)
    network.update_port(port, name="renamed-by-hand", fixed_ips=[other])
    raise_all(here)  # the squatter is one port more than there may be
    squatter = network.create_port(network_id=here.ids["network app"], fixed_ips=[mine])
    failed = here.shop.run("apply", here.path, "--yes", code=4)
    assert f"IP address {mine['ip_address']} already allocated" in failed.err
    assert here.drift(code=2)["unfinished"]
    network.delete_port(squatter)
    planned = here.shop.run("plan", here.path, "-o", "json").data
    changes = {c["path"] for s in planned["steps"] for c in s["changes"] if (s["kind"], s["name"]) == ("port", "app-2")}
    assert changes == {"fixedIps[0].ipAddress", "name"}
    here.shop.run("apply", here.path, "--yes")
    assert here.drift(code=0)["clean"] is True
    assert network.get_port(port).fixed_ips == [mine]
