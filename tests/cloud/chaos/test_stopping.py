"""Ctrl-C, and again at once, at moments where no engine builds: nothing new begins, and the next apply finishes."""

from __future__ import annotations

import threading

import pytest

from tests.cloud.chaos.faults import striking
from tests.cloud.chaos.place import ENGINE, Place
from tests.cloud.chaos.victims import press_ctrl_c
from tests.cloud.conftest import until

INTERRUPTED = 130


pytestmark = [pytest.mark.long, pytest.mark.usefixtures("ended")]


def _stopped(place: Place, path: str) -> None:
    """Apply into the trap: it stops, says so and writes it down."""
    stopped = place.shop.run("apply", path, "--yes", code=INTERRUPTED)
    place.way.proxy.clear()
    assert "stopping: what is in flight ends" in stopped.err
    assert "stopped as asked" in stopped.err
    assert place.shop.run("history", path, "-o", "json").data[0]["outcome"] == "interrupted"


def test_while_quotas_are_set_no_engine_begins_any_more(place: Place) -> None:
    path = place.request("quotas")
    place.way.proxy.set(striking(lambda: press_ctrl_c(place)), 1, "sdk", "nova")
    with place.way.proxy.recording() as seen:
        _stopped(place, path)
    assert not [one.path for one in seen if one.mutating and one.client == "provider" and one.service == "neutron"]
    place.shop.run("apply", path, "--yes")
    assert place.shop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True


def test_while_the_engine_is_asked_for_proof(place: Place) -> None:
    path = place.request("proof")

    def press() -> None:
        until(lambda: bool(place.processes(*ENGINE)))
        press_ctrl_c(place)

    # its last change are the limits of volumes, set to exactly what was built
    place.way.proxy.set(striking(lambda: threading.Thread(target=press).start()), 2, "sdk", "cinder")
    _stopped(place, path)
    assert place.shop.run("plan", path, "-o", "json", "--detailed-exitcode").data["changes"] is False
    place.shop.run("apply", path, "--yes")
