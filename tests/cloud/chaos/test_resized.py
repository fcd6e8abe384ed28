"""A change of size is cut off before its confirmation: the next apply ends it, whatever is asked by then."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from tests.cloud.chaos.faults import FAULTS
from tests.cloud.chaos.place import Place, sample
from tests.cloud.chaos.proxy import Exchange, Fault
from tests.cloud.chaos.victims import fault
from tests.cloud.conftest import Cloud

pytestmark = pytest.mark.long

SMALL: Final = {"cpu": 2, "memory": "4GiB"}
MEDIUM: Final = {"cpu": 4, "memory": "8GiB"}
LARGE: Final = {"cpu": 8, "memory": "32GiB"}
# of the requests that a change of size sends to Nova
RESIZE, CONFIRM = 1, 2


def _killed_before(place: Place) -> Fault:
    """All of the command dies, and the service never hears of the request."""

    def strike(exchange: Exchange) -> None:
        place.send(signal.SIGKILL)
        exchange.cut()

    return strike


# the machine waits for the confirmation; Nova is at work still; nobody died, but the confirmation failed
CUTS: Final[Mapping[str, tuple[int, Callable[[Place], Fault]]]] = {
    "killed-before-the-confirmation": (CONFIRM, _killed_before),
    "killed-while-nova-resizes": (RESIZE, lambda place: fault(place, "kill-all")),
    "the-confirmation-refused": (CONFIRM, lambda _: FAULTS["500"]),
}


def _machine(place: Place, path: str) -> Cloud:
    project = place.shop.project(place.shop.tenancy(path))
    (machine,) = place.cloud.compute.servers(all_projects=True, project_id=project)
    return machine


def _resize(place: Place, path: str, size: Mapping[str, Any]) -> None:
    place.shop.edit(path, iaas=sample("size", **size)["iaas"])


@pytest.fixture(scope="module")
def path(place: Place) -> str:
    """A tenancy with one machine, whose size changes from test to test."""
    return place.request("size", **SMALL)


@pytest.mark.parametrize(
    ("cut", "then"),
    [
        ("killed-before-the-confirmation", MEDIUM),
        ("killed-while-nova-resizes", SMALL),
        ("the-confirmation-refused", LARGE),
    ],
)
def test_the_next_apply_ends_in_what_is_declared(place: Place, path: str, cut: str, then: Mapping[str, Any]) -> None:
    _resize(place, path, SMALL)
    place.shop.run("apply", path, "--yes")
    born = _machine(place, path)
    _resize(place, path, MEDIUM)
    number, spoil = CUTS[cut]
    trap = place.way.proxy.set(spoil(place), number, "provider", "nova")
    assert place.shop.run("apply", path, "--yes", code=None).code
    place.way.proxy.clear()
    assert trap.victim.endswith(f"/servers/{born.id}/action")
    if number == CONFIRM:
        assert _machine(place, path).status == "VERIFY_RESIZE"
        plan = place.shop.run("plan", path, "-o", "json").data
        assert ("server web-1", "unconfirmedResize") in {(one["what"], one["property"]) for one in plan["mends"]}
    _resize(place, path, then)
    place.shop.run("apply", path, "--yes")
    now = _machine(place, path)
    assert (now.id, now.status, now.flavor.vcpus) == (born.id, "ACTIVE", then["cpu"])
    assert place.shop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True
    assert place.shop.run("plan", path, "-o", "json", "--detailed-exitcode").data["changes"] is False
