"""A site is in the region its file names: all is read and built there, and nowhere else is taken for it.

The second region is a way round to the same services, through a proxy that sees who came by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.cloud.chaos.catalogue import REGION, Detour, detour
from tests.cloud.chaos.faults import refusing
from tests.cloud.conftest import Cloud, Devcloud
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, open_workshop

MAIN = "sites/main.yaml"


@dataclass(frozen=True)
class There:
    """A workshop, and the region that leads through a proxy."""

    shop: Workshop
    way: Detour

    def second(self, cloud: str, region: str | None) -> None:
        """Describe another site, whose operator domain is on the same Keystone too."""
        first = yaml.safe_load((self.shop.root / MAIN).read_text("utf-8"))
        other = {**first, "name": "second", "cloud": cloud, "operator_domain": "tenancies", "region": region}
        file = self.shop.root / "sites" / "second.yaml"
        named = {key: value for key, value in other.items() if value is not None}
        file.write_text(yaml.safe_dump(named, allow_unicode=True), "utf-8")


@pytest.fixture(scope="module")
def there(devcloud: Devcloud, operator: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    folder = tmp_path_factory.mktemp("regions")
    entries = yaml.safe_load(Path(devcloud.variables["OS_CLIENT_CONFIG_FILE"]).read_text("utf-8"))["clouds"]
    own = entries["devcloud"]
    assert own["region_name"] == REGION
    silent = {key: value for key, value in own.items() if key != "region_name"}
    clouds, workshop = folder / "clouds.yaml", contextmanager(open_workshop)
    with detour(devcloud, operator, folder) as way:
        both, far = {**silent, "regions": [REGION, way.region]}, {**own, "region_name": way.region}
        entries = {"devcloud": both, "second": own, "silent": silent, "far": far}
        clouds.write_text(yaml.safe_dump({"clouds": entries}), "utf-8")
        with workshop(devcloud, operator, folder, clouds) as shop:
            yield There(shop, way)


@pytest.fixture
def shop(there: There) -> Iterator[Workshop]:
    file = there.shop.root / MAIN
    before = file.read_text("utf-8")
    yield there.shop
    file.write_text(before, "utf-8")
    (there.shop.root / "sites" / "second.yaml").unlink(missing_ok=True)
    for left in (there.shop.root / "departments" / "dot").glob("*.test.yaml"):
        left.unlink()


def test_a_tenancy_is_built_in_the_region_of_its_site(there: There, shop: Workshop) -> None:
    request = smallest()
    request["iaas"]["servers"]["web"]["volumes"] = {"files": "1GiB"}
    path = shop.write("region.test", request)
    shop.edit(MAIN, region=there.way.region)
    with there.way.proxy.recording() as seen:
        shop.run("apply", path, "--yes")
    assert {one.client for one in seen if one.mutating} >= {"sdk", "provider"}
    made = Counter(one.path.rpartition("/")[2] for one in seen if one.method == "POST" and one.client == "provider")
    assert (made["networks"], made["servers"], made["volumes"]) == (1, 1, 1)
    assert shop.run("plan", path, "-o", "json").data["steps"] == []
    shop.run("drift", path)
    with _silent(there, "compute"):
        for command in (("show", path), ("drift", path), ("plan", path)):
            said = shop.run(*command, code=1).err
            assert "cannot reach the cloud devcloud" in said
            assert "check the network and the services" in said
    with there.way.proxy.recording() as gone:
        shop.run("destroy", shop.tenancy(path), "--yes")
    assert {one.client for one in gone if one.method == "DELETE"} >= {"sdk", "provider"}


@contextmanager
def _silent(there: There, kind: str) -> Iterator[None]:
    """The region's service of a kind is where nobody listens."""
    keystone = there.shop.cloud.identity
    service = next(one.id for one in keystone.services(type=kind))
    (endpoint,) = keystone.endpoints(region_id=there.way.region, service_id=service)
    url = endpoint.url
    keystone.update_endpoint(endpoint.id, url="http://127.0.0.1:9/v2.1")
    yield
    keystone.update_endpoint(endpoint.id, url=url)


@pytest.mark.parametrize(
    ("cloud", "region"), [("devcloud", "Nowhere"), ("second", REGION.lower()), ("silent", REGION.lower())]
)
def test_a_region_that_is_not_there(shop: Workshop, cloud: str, region: str) -> None:
    path = shop.write("nowhere.test", smallest())
    shop.edit(MAIN, cloud=cloud, region=region)
    refused = shop.run("plan", path, code=3).err
    said = f"the cloud {cloud} has no region {region}", f"names another region than {region}"
    assert said[cloud != "silent"] in refused
    assert "region: in sites/*.yaml" in refused
    checks = shop.run("doctor", "--site", "main", "-o", "json", code=1).data
    assert [one["check"] for one in checks if not one["ok"]] == ["facts" if cloud == "silent" else "login"]


def test_nobody_names_one_of_several_regions(there: There, shop: Workshop) -> None:
    """To take any of them would be a guess, and another one the next time."""
    path = shop.write("any.test", smallest())
    shop.edit(MAIN, cloud="silent", region=None)
    for command in (("plan", path), ("apply", path, "--yes")):
        refused = shop.run(*command, code=3).err
        assert "silent has several regions" in refused
        assert REGION in refused
        assert there.way.region in refused
    checks = shop.run("doctor", "--site", "main", "-o", "json", code=1).data
    assert [one["check"] for one in checks if not one["ok"]] == ["facts"]


@pytest.mark.parametrize(
    ("mine", "cloud", "theirs"), [(None, "second", REGION), (REGION, "silent", None), (REGION, "nobody", REGION)]
)
def test_two_sites_in_one_region_are_one_cloud(
    there: There, shop: Workshop, mine: str | None, cloud: str, theirs: str | None
) -> None:
    path = shop.write("shared.test", smallest(site="main"))
    shop.edit(MAIN, region=mine)
    there.second(cloud, theirs)
    assert "second" in shop.run("plan", path, code=5).err
    checks = shop.run("doctor", "--site", "main", "-o", "json", code=1).data
    assert [one["check"] for one in checks if not one["ok"]] == ["own-cloud"]


@pytest.mark.parametrize("cloud", ["devcloud", "far"])
def test_two_regions_of_one_keystone_are_two_sites(there: There, shop: Workshop, cloud: str) -> None:
    path = shop.write("regions.test", smallest(site="main"))
    shop.edit(MAIN, region=REGION)
    there.second(cloud, there.way.region if cloud == "devcloud" else None)
    shop.run("plan", path)
    checks = {one["check"]: one["ok"] for one in shop.run("doctor", "--site", "main", "-o", "json", code=None).data}
    assert checks["own-cloud"]


@pytest.fixture
def standing(shop: Workshop) -> Iterator[str]:
    """The request of a tenancy built by an entry that names the region."""
    shop.edit(MAIN, cloud="second", region=None)
    path = shop.write("standing.test", smallest())
    shop.run("apply", path, "--yes")
    yield path
    shop.edit(MAIN, cloud="second", region=None)
    shop.run("destroy", path, "--yes")


def _refused(shop: Workshop, path: str, said: str) -> None:
    for command in (("plan", path), ("apply", path, "--yes"), ("drift", path), ("destroy", path, "--yes")):
        assert said in shop.run(*command, code=1).err


def test_a_site_leads_to_where_its_tenancies_stand(there: There, shop: Workshop, standing: str) -> None:
    """Elsewhere all would seem gone: to be built a second time, or destroyed already."""
    tenancy = shop.tenancy(standing)
    for cloud, region in (("second", REGION), ("silent", REGION)):
        shop.edit(MAIN, cloud=cloud, region=region)
        assert shop.run("plan", standing, "-o", "json").data["steps"] == [], "the same in other words"
        assert shop.run("drift", standing, "-o", "json").data["clean"] is True
    new = shop.write("new.test", smallest("港口调度系统"))
    shop.run("plan", new)
    shop.edit(MAIN, cloud="silent", region=None)
    cut = shop.run("isolate", tenancy, "--reason", "a test", "--yes", code=3).err
    assert "silent has several regions" in cut
    shop.edit(MAIN, cloud="far", region=None)
    assert f"{tenancy} stands in the region {REGION}" in shop.run("apply", new, "--yes", code=1).err
    _refused(shop, standing, f"{tenancy} stands in the region {REGION}, and the site main is in {there.way.region}")
    checks = shop.run("doctor", "--site", "main", "-o", "json", code=1).data
    assert [one["check"] for one in checks if not one["ok"]] == ["whereabouts"]
    shop.edit(MAIN, cloud="second", region=None)
    domains = shop.cloud.identity
    domains.update_domain(shop.domain_id, name=f"{shop.domain}-elsewhere")
    other = domains.create_domain(name=shop.domain)
    _refused(shop, standing, f"{tenancy} stands in a domain of the id {shop.domain_id}")
    domains.update_domain(other, is_enabled=False)
    domains.delete_domain(other)
    domains.update_domain(shop.domain_id, name=shop.domain)
    assert shop.run("drift", standing, "-o", "json").data["clean"] is True


def test_what_stands_without_its_machine_is_cut_off_and_released(shop: Workshop, standing: str) -> None:
    """Who took machine and port away left nothing to turn; what the next apply builds is down all the same."""
    tenancy = shop.tenancy(standing)
    project = shop.project(tenancy)
    _take_machine(shop, project)
    isolate = ("isolate", tenancy, "--reason", "a test", "--yes")
    assert "0 ports are down" in shop.run(*isolate).out
    shop.run("release", tenancy)
    shop.run(*isolate)
    shop.run("apply", standing, "--yes")
    ports = [port for port in shop.cloud.network.ports(project_id=project) if port.name == f"{tenancy}-web-1"]
    assert [port.is_admin_state_up for port in ports] == [False]
    assert "1 ports are up again" in shop.run("release", tenancy).out
    # that nothing at all is seen of it may be for want of the right to look
    _take_machine(shop, project)
    for router in list(shop.cloud.network.routers(project_id=project)):
        for leg in list(shop.cloud.network.ports(device_id=router.id)):
            if leg.device_owner == "network:router_interface":
                shop.cloud.network.remove_interface_from_router(router, port_id=leg.id)
    for network in list(shop.cloud.network.networks(project_id=project)):
        shop.cloud.network.delete_network(network)
    assert f"build it first: govcloud apply {standing}" in shop.run(*isolate, code=4).err
    assert shop.run("show", standing, "-o", "json").data["state"] == "active"


def _take_machine(shop: Workshop, project: str) -> None:
    for server in shop.cloud.compute.servers(all_projects=True, project_id=project):
        shop.cloud.compute.delete_server(server)
        shop.cloud.compute.wait_for_delete(server)
    _unplug(shop, project)


def _unplug(shop: Workshop, project: str) -> None:
    """As another region's Neutron would answer, which has none of the project's ports."""
    for port in list(shop.cloud.network.ports(project_id=project)):
        if not port.device_owner.startswith("network:"):
            shop.cloud.network.delete_port(port)


def test_half_a_tenancy_is_cut_off_where_it_lies(there: There, shop: Workshop) -> None:
    """Of one that never stood nothing may be there yet; that another region shows nothing does not say so."""
    shop.edit(MAIN, cloud="devcloud", region=there.way.region)
    path = shop.write("half.test", smallest())
    # the machine, after its group
    there.way.proxy.set(refusing(403, "spoiled on purpose"), 2, client="provider", service="nova")
    shop.run("apply", path, "--yes", code=4)
    tenancy = shop.tenancy(path)
    _unplug(shop, shop.project(tenancy))
    shop.edit(MAIN, cloud="devcloud", region=REGION)
    for command in (
        ("isolate", tenancy, "--reason", "a test", "--yes"),
        ("show", path),
        ("show", path, "-o", "handover"),
    ):
        said = shop.run(*command, code=1).err
        assert f"{tenancy} stands in the region {there.way.region}, and the site main is in {REGION} by now" in said
    shop.edit(MAIN, cloud="devcloud", region=there.way.region)
    assert shop.run("show", path, "-o", "json").data["state"] == "admitted"
    assert "0 ports" in shop.run("isolate", tenancy, "--reason", "a test", "--yes").out
    shop.run("release", tenancy, "--only", "isolation")
    shop.run("destroy", tenancy, "--yes")
