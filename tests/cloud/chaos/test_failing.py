"""What a service will not build: the reason it gives is told, the rest stays as it is, and a later apply finishes."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

import pytest
import yaml

from tests.cloud.chaos.faults import refusing, striking
from tests.cloud.chaos.footprint import footprint
from tests.cloud.chaos.place import Place
from tests.cloud.chaos.point import whose
from tests.cloud.chaos.victims import fault
from tests.cloud.conftest import Cloud

RESOURCE_FAILED, KILLED = 4, -9

pytestmark = pytest.mark.usefixtures("ended")


@pytest.fixture
def flavor(operator: Cloud) -> Iterator[Cloud]:
    """A flavour of a size of its own, that asks for a trait which no host has."""
    name = f"test-{secrets.token_hex(3)}"
    trait = f"CUSTOM_{name.upper().replace('-', '_')}"
    operator.placement.create_trait(trait)
    made = operator.compute.create_flavor(name=name, vcpus=3, ram=5 * 1024, disk=20)
    operator.compute.create_flavor_extra_specs(made, {f"trait:{trait}": "required"})
    yield made
    operator.compute.delete_flavor(made)
    operator.placement.delete_trait(trait)


@pytest.mark.long
def test_a_quota_that_is_taken_away_and_kills_again_and_again(place: Place) -> None:
    """No limit grows to more than twice what is built, however often it is begun anew."""
    path = place.request("quota")

    def lower() -> None:
        project = place.shop.project(place.shop.tenancy(path))
        place.cloud.network.update_quota(project, network=0)

    # when the last service was given its limits, and nothing of the layer is there yet
    place.way.proxy.set(striking(lower), 1, "sdk", "cinder")
    failed = place.shop.run("apply", path, "--yes", code=RESOURCE_FAILED)
    assert "network front failed" in failed.err
    assert "409: Quota exceeded for resources: ['network']" in failed.err
    for _ in range(3):
        place.way.proxy.set(fault(place, "kill-all"), 1, "provider", "nova")
        place.shop.run("apply", path, "--yes", code=KILLED)
        place.way.proxy.clear()
    wide = _limits(place, path)
    _finished_by_the_next(place, path)
    exact = _limits(place, path)
    assert {key: limit for key, limit in wide.items() if limit > 2 * exact[key]} == {}
    assert exact["ports"] < wide["ports"], "the last of them was killed before it took the room back"


def test_a_machine_no_host_can_take(place: Place, flavor: Cloud) -> None:
    catalogue = yaml.safe_load((place.shop.root / "province.yaml").read_text("utf-8"))["catalogue"]
    place.shop.edit("province.yaml", catalogue={**catalogue, "flavors": [*catalogue["flavors"], flavor.name]})
    path = place.request("nohost", cpu=3, memory="5GiB")
    failed = place.shop.run("apply", path, "--yes", code=RESOURCE_FAILED)
    assert "server web-1 failed" in failed.err
    assert re.search(r"the server web-1 is ERROR: .*No valid host was found", failed.err), failed.err
    history = place.shop.run("history", place.shop.tenancy(path), "-o", "json").data
    assert "No valid host was found" in " ".join(history[0]["record"]["failure"]), "who reads it tomorrow is told why"
    kept = _ids(place, path)
    for key in flavor.fetch_extra_specs(place.cloud.compute).extra_specs:
        place.cloud.compute.delete_flavor_extra_specs_property(flavor, key)
    _finished_by_the_next(place, path)
    assert kept["network"] <= _ids(place, path)["network"], "what had been built was not built again"
    assert kept["server"].isdisjoint(_ids(place, path)["server"])


@pytest.mark.long
def test_a_change_that_fails_can_be_put_back_and_put_right(place: Place) -> None:
    """Two failures of one tenancy, which stands before and after each."""
    path = place.request("stands")
    place.shop.run("apply", path, "--yes")
    _what_is_put_back_is_not_rebuilt(place, path)
    _what_was_changed_by_hand_is_named_until_it_is_put_right(place, path)


def _what_is_put_back_is_not_rebuilt(place: Place, path: str) -> None:
    """What was to go had not gone yet, and is known for ours, with its address and with what it was told at birth."""
    before, stood = _ids(place, path), place.shop.run("plan", path, "-o", "json").data
    was = yaml.safe_load((place.shop.root / path).read_text("utf-8"))
    servers = was["iaas"]["servers"]
    flows = [{**was["flows"][0], "to": "other"}]
    place.shop.edit(path, iaas={**was["iaas"], "servers": {"other": servers["web"]}}, flows=flows)
    losses = place.shop.run("plan", path, "-o", "json").data["losses"]
    allowed = [word for label in losses for word in ("--allow-data-loss", label)]
    place.way.proxy.set(refusing(403, "spoiled on purpose"), 2, "provider", "nova")
    place.shop.run("apply", path, "--yes", "--allow-delete", "9", *allowed, code=RESOURCE_FAILED)
    place.way.proxy.clear()
    assert before["server"] <= _ids(place, path)["server"]
    shown = place.shop.run("show", place.shop.tenancy(path)).out
    assert "web-1" in shown
    place.shop.edit(path, iaas=was["iaas"], flows=was["flows"])
    planned = place.shop.run("plan", path, "-o", "json").data
    assert planned["machines"] == stood["machines"]
    assert not [label for label in planned["losses"] if "web-1" in label]
    assert not [step for step in planned["steps"] if step["kind"] == "server" and step["name"] == "web-1"]
    allowed = [word for label in planned["losses"] for word in ("--allow-data-loss", label)]
    place.shop.run("apply", path, "--yes", "--allow-delete", "9", *allowed)
    assert _ids(place, path) == before


def _what_was_changed_by_hand_is_named_until_it_is_put_right(place: Place, path: str) -> None:
    """The engine is told of it before it begins; what it was told is not what was applied."""
    network, project = place.cloud.network, place.shop.project(place.shop.tenancy(path))
    (port,) = [one for one in network.ports(project_id=project) if one.name.endswith("web-1")]
    network.update_port(port, security_groups=[], port_security_enabled=False)
    named = _named(place, path)
    assert {name for _, _, name in named} == {"portSecurityEnabled", "securityGroupIds"}
    place.way.proxy.set(refusing(403, "spoiled on purpose"), 1, "provider", "neutron")
    place.shop.run("apply", path, "--yes", code=RESOURCE_FAILED)
    place.way.proxy.clear()
    assert named <= _named(place, path)
    _finished_by_the_next(place, path)


def _named(place: Place, path: str) -> set[tuple[str, str, str]]:
    found = place.shop.run("drift", path, "-o", "json").data["differences"]
    return {(one["how"], one["what"], one["property"]) for one in found}


def _limits(place: Place, path: str) -> dict[str, int]:
    """Those of Neutron and Cinder in one."""
    project = place.shop.project(place.shop.tenancy(path))
    services = (place.cloud.network.get_quota(project), place.cloud.block_storage.get_quota_set(project))
    return {key: limit for one in services for key, limit in one.to_dict().items() if isinstance(limit, int)}


def _finished_by_the_next(place: Place, path: str) -> None:
    """One more apply and all is there, once, and running."""
    place.way.proxy.clear()
    place.shop.run("apply", path, "--yes")
    found = footprint(place.cloud, whose(place, path))
    assert [row[1] for row in found["server"].elements()] == ["ACTIVE"]
    assert [row[1] for row in found["volume"].elements()] == ["in-use"]
    assert found["network"].total() == found["router"].total() == found["floating-ip"].total() == 1
    assert place.shop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True


def _ids(place: Place, path: str) -> dict[str, set[str]]:
    project = place.shop.project(place.shop.tenancy(path))
    cloud = place.cloud
    servers = cloud.compute.servers(details=False, all_projects=True, project_id=project)
    return {
        "network": {network.id for network in cloud.network.networks(project_id=project)},
        "server": {server.id for server in servers},
    }
