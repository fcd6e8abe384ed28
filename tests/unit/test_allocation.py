"""Allocation: what was decided once stays decided, the rest is decided now, and all that is missing is said at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import yaml

from govcloud.allocation.allocate import allocate, opaque
from govcloud.allocation.facts import Flavor, Image
from govcloud.allocation.ledger import Disk, Pin
from tests.unit.ground import EXAMPLES, FERRY, asked, case, facts, fitted, given, province, repository, server


def _web(**more: Any) -> dict[str, Any]:
    return {"servers": {"web": server(**more)}}


def test_a_new_server_is_pinned_to_what_its_words_mean_today() -> None:
    assert given(asked()).servers == {
        "web": Pin(
            os="openeuler-24.03",
            image="id-openeuler-24.03-2026.09",
            cores=2,
            memory=4096,
            disk=40,
            flavor="id-g1.small",
            user_data="f" * 64,
            apart="soft-anti-affinity",
        )
    }


def test_pins_stay_when_everything_behind_them_changes() -> None:
    had = given(asked())
    cloud = facts(
        images={"new": Image("id-new", "new", "aarch64", 0, 0)},
        flavors={"other": Flavor("id-other", "other", 2, 4096, 80)},
    )
    catalogue = {
        "os": {"openeuler-24.03": {"image": "new", "arch": "aarch64"}},
        "flavors": ["other"],
        "volumes": {"plain": "plain", "encrypted": "encrypted"},
    }
    where = province(catalogue=catalogue, policy={"anti_affinity": "strict"})
    world = {"facts": cloud, "province": where, "user_data": {"web": "e" * 64}}
    assert given(asked(iaas=_web(count=3)), "t-aaaaaa", had, **world).servers == had.servers
    assert given(asked(), "t-bbbbbb", had, **world).servers["web"] == Pin(
        "openeuler-24.03", "id-new", 2, 4096, 80, "id-other", "e" * 64, "anti-affinity"
    )


def test_a_volume_keeps_its_type_until_its_data_must_be_kept_otherwise() -> None:
    disks = {"web": server(volumes={"files": "1GiB"})}
    had = given(asked(iaas={"servers": disks}))
    assert had.volumes == {"web/files": Disk(encrypted=False, type="plain", size=1)}
    catalogue = repository().province.catalogue
    kinds = catalogue.volumes.model_copy(update={"plain": "cheap", "encrypted": "safe"})
    where = repository().province.model_copy(update={"catalogue": catalogue.model_copy(update={"volumes": kinds})})
    world: dict[str, Any] = {"province": where}
    now = given(asked(iaas={"servers": disks}), "t-aaaaaa", had, **world)
    assert now.volumes == had.volumes
    assert now.demand == had.demand
    more = {"web": server(volumes={"files": "1GiB", "logs": "1GiB"})}
    assert given(asked(iaas={"servers": more}), "t-aaaaaa", had, **world).volumes == {
        **had.volumes,
        "web/logs": Disk(encrypted=False, type="cheap", size=1),
    }
    data = {"all": {"grade": "general", "personal": "general"}}
    careful = given(asked(data=data, iaas={"servers": disks}), "t-aaaaaa", had, **world)
    assert careful.volumes == {"web/files": Disk(encrypted=True, type="safe", size=1)}


def test_pins_stay_when_all_behind_them_is_gone() -> None:
    had = given(asked())
    assert given(asked(), "t-aaaaaa", had, facts=facts(images={}, flavors={})).servers == had.servers


def test_another_os_is_resolved_anew_and_moves_nothing_else() -> None:
    had = given(asked())
    newer = facts(flavors={"g1.small": Flavor("id-newer", "g1.small", 2, 4096, 80)})
    now = given(asked(iaas=_web(os="kylin-v10")), "t-aaaaaa", had, facts=newer, user_data={"web": "e" * 64})
    assert now.servers["web"] == replace(had.servers["web"], os="kylin-v10", image="id-kylin-v10-sp3-2026.06")


@pytest.mark.parametrize(
    ("size", "flavor"), [({"cpu": 4, "memory": "8GiB"}, "g1.medium"), ({"cpu": 2, "memory": "8GiB"}, "g1.fat")]
)
def test_another_size_is_another_flavour_and_moves_nothing_else(size: dict[str, Any], flavor: str) -> None:
    had = given(asked())
    fat = {**facts().flavors, "g1.fat": Flavor("id-g1.fat", "g1.fat", 2, 8192, 40)}
    newer = facts(images={}, flavors=fat)  # nobody asks what the image's name means now
    catalogue = repository().province.catalogue.model_copy(update={"flavors": tuple(fat)})
    where = repository().province.model_copy(update={"catalogue": catalogue})
    now = given(asked(iaas=_web(**size)), "t-aaaaaa", had, facts=newer, province=where).servers["web"]
    found = fat[flavor]
    assert now == replace(had.servers["web"], cores=found.cores, memory=found.memory, flavor=found.id)
    back = given(asked(), "t-aaaaaa", replace(had, servers={"web": now})).servers["web"]
    assert back == had.servers["web"]


def test_a_server_that_was_away_is_new() -> None:
    had = given(asked(), user_data={"web": "e" * 64})
    without = replace(had, servers={}, machines={})
    assert given(asked(), "t-aaaaaa", without).servers["web"].user_data == "f" * 64


def test_machines_alternate_over_the_availability_zones() -> None:
    machines = given(asked(iaas=_web(count=5))).machines
    zones = [machines[f"web-{n}"].zone for n in range(1, 6)]
    assert all(one != other for one, other in pairwise(zones))
    assert set(zones) == {"az1", "az2"}


def test_servers_start_in_different_zones() -> None:
    """Else all single machines of a province would stand in its first zone."""
    firsts = Counter(given(asked(), f"t-{n:06}").machines["web-1"].zone for n in range(60))
    assert min(firsts[zone] for zone in ("az1", "az2")) > 15


def test_a_machine_stays_in_its_zone_whatever_zones_there_are() -> None:
    had = given(asked(iaas=_web(count=2)))
    hosts = tuple(replace(host, zone="az9") for host in facts().hosts)
    grown = given(asked(iaas=_web(count=3)), "t-aaaaaa", had, facts=facts(hosts=hosts)).machines
    assert {name: grown[name] for name in had.machines} == had.machines
    assert grown["web-3"].zone == "az9"


def test_one_zone_is_enough_and_none_is_a_shortage() -> None:
    hosts = tuple(host for host in facts().hosts if host.zone == "az1")
    machines = given(asked(iaas=_web(count=3)), facts=facts(hosts=hosts)).machines
    assert {machine.zone for machine in machines.values()} == {"az1"}
    allocation, missing = allocate(case(asked(), facts=facts(hosts=())))
    assert allocation is None
    assert [(m.code, m.key) for m in missing] == [("capacity.no-hosts", "iaas.servers")]


def test_an_external_network_that_the_cloud_lacks_is_named_with_its_zone() -> None:
    """Every tenancy has a router that leads there; one that stands already cannot do without it either."""
    request, network = asked(), facts().external_networks["internet"]
    allocation, missing = allocate(
        case(request, "t-aaaaaa", given(request), facts=facts(external_networks={"internet": network}))
    )
    assert allocation is None
    assert [(m.code, m.key, m.params) for m in missing] == [
        ("capacity.no-external-network", "iaas", {"network": "common", "zone": "common"})
    ]


def test_all_shortages_come_at_once_with_key_and_numbers() -> None:
    zones = {"common": {"external_network": "common", "pool": ["10.0.0.0/29"]}}
    servers = {
        "a": server(cpu=3, memory="6GiB", network="x"),
        "b": server(os="kylin-v10", network="x"),
        "c": server(network="y"),
    }
    request = asked(iaas={"networks": {"x": {"hosts": 3}, "y": {"hosts": 9}}, "servers": servers})
    wrong = Image("id", "kylin-v10-sp3-2026.06", "x86_64", 0, 0)
    cloud = facts(images={wrong.name: wrong}, hosts=())
    allocation, missing = allocate(case(request, facts=cloud, province=province(zones=zones, baseline=[])))
    assert allocation is None
    assert {(m.code, m.key): m.params for m in missing} == {
        ("capacity.no-flavor", "iaas.servers.a.cpu"): {
            "server": "a",
            "cpu": 3,
            "memory": 6,
            "near": "g1.medium {cpu: 4, memory: 8GiB}; g1.small {cpu: 2, memory: 4GiB}",
        },
        ("capacity.no-image", "iaas.servers.a.os"): {
            "os": "openeuler-24.03",
            "image": "openeuler-24.03-2026.09",
            "arch": "aarch64",
        },
        ("capacity.wrong-arch", "iaas.servers.b.os"): {
            "os": "kylin-v10",
            "image": "kylin-v10-sp3-2026.06",
            "arch": "aarch64",
        },
        ("capacity.no-image", "iaas.servers.c.os"): {
            "os": "openeuler-24.03",
            "image": "openeuler-24.03-2026.09",
            "arch": "aarch64",
        },
        ("capacity.pool-empty", "iaas.networks.y"): {"zone": "common", "hosts": 9},
        ("capacity.no-hosts", "iaas.servers"): {},
    }


def test_an_image_of_a_name_that_several_have_is_given_to_no_new_server() -> None:
    twice = facts(ambiguous=frozenset({"openeuler-24.03-2026.09"}))
    allocation, (missing,) = allocate(case(asked(), facts=twice))
    assert (allocation, missing.code, missing.key) == (None, "capacity.image-twice", "iaas.servers.web.os")
    standing = given(asked())
    assert given(asked(), "t-aaaaaa", standing, facts=twice).servers == standing.servers, "what stands has its own"


def test_an_image_that_says_no_architecture_is_taken_at_its_name() -> None:
    quiet = {name: replace(image, arch=None) for name, image in facts().images.items()}
    assert given(asked(), facts=facts(images=quiet)).servers["web"].image == "id-openeuler-24.03-2026.09"


@pytest.mark.parametrize(
    ("needs", "fits"),
    [({"min_disk": 40, "min_memory": 4096}, True), ({"min_disk": 41}, False), ({"min_memory": 4097}, False)],
)
def test_an_image_that_needs_more_than_the_flavour_has_is_a_shortage(needs: dict[str, Any], fits: bool) -> None:
    """Nova would refuse the server after everything else was built."""
    images = {name: replace(image, **needs) for name, image in facts().images.items()}
    allocation, missing = allocate(case(asked(), facts=facts(images=images)))
    assert (allocation is not None) is fits
    assert [(m.code, m.key) for m in missing] == ([] if fits else [("capacity.image-too-large", "iaas.servers.web.os")])


def test_a_smaller_flavour_must_still_hold_the_image_but_what_stands_is_let_alone() -> None:
    images = {name: replace(image, min_memory=8192) for name, image in facts().images.items()}
    had = given(asked(iaas=_web(cpu=4, memory="8GiB")), facts=facts(images=images))
    _, missing = allocate(case(asked(), "t-aaaaaa", had, facts=facts(images=images)))
    assert [m.code for m in missing] == ["capacity.image-too-large"]
    small = given(asked())
    assert given(asked(), "t-aaaaaa", small, facts=facts(images=images)) == small


def test_a_flavour_without_a_disk_takes_the_images_size() -> None:
    images = {name: replace(image, min_disk=60) for name, image in facts().images.items()}
    flavors = {"g1.small": replace(facts().flavors["g1.small"], disk=0)}
    assert given(asked(), facts=facts(images=images, flavors=flavors)).servers["web"].disk == 0


def test_only_flavours_of_the_catalogue_are_given() -> None:
    # c1.xlarge is in the cloud, but province.yaml does not offer it
    _, missing = allocate(case(asked(iaas=_web(cpu=16, memory="32GiB"))))
    assert [m.code for m in missing] == ["capacity.no-flavor"]
    assert missing[0].params["near"] == "g1.large {cpu: 8, memory: 32GiB}; g1.medium {cpu: 4, memory: 8GiB}"


def test_a_catalogue_without_flavours_in_the_cloud_offers_nothing() -> None:
    _, missing = allocate(case(asked(), facts=facts(flavors={})))
    assert [(m.code, m.params["near"]) for m in missing] == [("capacity.no-flavor", "-")]


def test_an_allocation_says_who_and_where() -> None:
    one = given(fitted(FERRY))
    assert (one.tenancy, one.site, one.department) == ("t-aaaaaa", "main", "113300000029384738")
    assert (one.system, one.environment, one.domain) == ("DOT-007", "test", "d-dot00")
    assert one.project("iaas") == "t-aaaaaa-iaas"


def test_the_order_in_which_a_request_is_written_decides_nothing() -> None:
    content = yaml.safe_load(FERRY.read_text("utf-8"))
    content["department"] = str(content["department"])
    turned = {**content, "iaas": {key: _turned(value) for key, value in content["iaas"].items()}}
    assert list(turned["iaas"]["servers"]) == ["app", "web"]
    assert given(fitted(turned)) == given(fitted(content))


def _turned(value: Any) -> Any:
    return dict(reversed(value.items())) if isinstance(value, dict) else value


def test_opaque_ids_are_frozen() -> None:
    """They are derived from names in the operator's files: another derivation would lose every unwritten tenancy."""
    assert opaque("t", "tenancies", "departments/dot/ferry.test.yaml") == "t-aye9a7"
    assert opaque("d", "tenancies", "113300000029384738") == "d-64m5d3"
    assert opaque("t", "ab", "c") != opaque("t", "a", "bc")


def test_the_examples_fit_the_province() -> None:
    for path in sorted((EXAMPLES / "departments").glob("*/*.*.yaml")):
        assert given(fitted(path)).machines


def test_a_saved_plans_ranges_are_kept_while_others_come_and_go() -> None:
    busy = given(asked(), "t-bbbbbb")
    other = next(iter(busy.networks.values())).cidr
    shown = given(asked(), facts=facts(subnets=(other,)))
    range_ = shown.networks["main"].cidr
    assert range_ != other
    # the stranger's network is gone: without a promise the lowest free range is taken
    assert given(asked()).networks["main"].cidr == other
    assert given(asked(), promised=shown) == shown
    # somebody has it by now, or the request asks for another size
    assert given(asked(), facts=facts(subnets=(range_,)), promised=shown).networks["main"].cidr == other
    larger = {"networks": {"main": {"hosts": 60}}, **_web()}
    assert given(asked(iaas=larger), promised=shown).networks["main"].cidr.prefixlen < range_.prefixlen
