"""A volume is made anew, and whoever does it dies: the old one, with the data, is ours, and goes only by leave."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.cloud.chaos.faults import refusing
from tests.cloud.chaos.place import Place
from tests.cloud.chaos.victims import fault

pytestmark = pytest.mark.long

FILES = "volume web-1/files"
ALLOWED = ("--allow-data-loss", FILES)
KILLED, RESOURCE_FAILED, REFUSED = -9, 4, 5


@pytest.fixture(scope="module")
def path(place: Place) -> str:
    """A tenancy with one volume, made anew in every test."""
    return place.request("replaced")


def _resize(place: Place, path: str, size: int) -> None:
    iaas = yaml.safe_load((place.shop.root / path).read_text("utf-8"))["iaas"]
    iaas["servers"]["web"]["volumes"] = {"files": f"{size}GiB"}
    place.shop.edit(path, iaas=iaas)


def _volumes(place: Place, path: str) -> dict[str, int]:
    """The sizes of the tenancy's volumes by id, in GiB."""
    project = place.shop.project(place.shop.tenancy(path))
    found = place.cloud.block_storage.volumes(details=True, all_projects=True, project_id=project)
    return {volume.id: volume.size for volume in found}


def _planned(place: Place, path: str) -> Any:
    return place.shop.run("plan", path, "-o", "json").data


def _large(place: Place, path: str) -> dict[str, int]:
    """The tenancy with its volume of 2 GiB; what it has."""
    _resize(place, path, 2)
    place.shop.run("apply", path, "--yes")
    return _volumes(place, path)


def _cut_off(place: Place, path: str) -> dict[str, int]:
    """The tenancy's volume was to shrink when all died, the new one just plugged in; what it had before."""
    before = _large(place, path)
    _resize(place, path, 1)
    place.way.proxy.set(fault(place, "kill-all"), 2, "provider", "nova")
    place.shop.run("apply", path, "--yes", *ALLOWED, code=KILLED)
    place.way.proxy.clear()
    assert sorted(_volumes(place, path).values()) == [1, 2]
    return before


def test_a_request_that_is_put_back_keeps_the_volume_with_the_data(place: Place, path: str) -> None:
    before = _cut_off(place, path)
    found = place.shop.run("drift", path, "-o", "json").data
    assert not [one for one in found["differences"] if one["how"] == "unmanaged" and one["what"].startswith("volume")]
    _resize(place, path, 2)
    planned = _planned(place, path)
    # the new one is plugged in: the machine may have written to it
    assert (planned["losses"], planned["unmanaged"]) == ([FILES], [])
    assert ("delete", FILES) in {(step["op"], f"{step['kind']} {step['name']}") for step in planned["steps"]}
    assert [(one["code"], one["params"]["stays"]) for one in planned["notes"]] == [("plan.put-back", *before)]
    place.shop.run("apply", path, "--yes", code=REFUSED)
    assert before.items() <= _volumes(place, path).items()
    place.shop.run("apply", path, "--yes", *ALLOWED)
    assert _volumes(place, path) == before
    assert place.shop.run("drift", path, "-o", "json").data["clean"] is True


def test_run_again_the_old_one_goes_by_leave_and_by_name(place: Place, path: str) -> None:
    before = _cut_off(place, path)
    planned = _planned(place, path)
    # the new one was plugged in, and nobody came to write that down
    assert (planned["losses"], planned["unmanaged"], planned["remains"]) == ([FILES], [], ["attachment web-1/files"])
    place.shop.run("apply", path, "--yes", code=REFUSED)
    assert before.items() <= _volumes(place, path).items()
    place.shop.run("apply", path, "--yes", *ALLOWED)
    ((id_, size),) = _volumes(place, path).items()
    assert id_ not in before
    assert size == 1
    done = place.shop.run("history", path, "-o", "json").data[0]
    assert ["iaas", "delete", FILES] in done["record"]["steps"]


def test_where_the_new_one_cannot_be_made_the_old_one_is_taken_back(place: Place, path: str) -> None:
    before = _large(place, path)
    _resize(place, path, 1)
    # it has made the new one; its look at it fails
    place.way.proxy.set(refusing(403, "spoiled on purpose"), 2, "provider", "cinder")
    place.shop.run("apply", path, "--yes", *ALLOWED, code=RESOURCE_FAILED)
    place.way.proxy.clear()
    _resize(place, path, 2)
    assert _planned(place, path)["losses"] == [FILES], "it was plugged in all the same"
    place.shop.run("apply", path, "--yes", *ALLOWED)
    assert _volumes(place, path) == before
    place.shop.run("destroy", path, "--yes")
