"""What a new devcloud holds, read from its APIs."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml
from keystoneauth1.exceptions import Forbidden as KeystoneForbidden
from openstack import exceptions

from govcloud.cloud.connect import Cloud as Site
from tests.cloud.conftest import Cloud, Devcloud

ZONES = {"internet", "common", "dedicated"}


def test_credentials_are_private(devcloud: Devcloud) -> None:
    for file in (devcloud.here.clouds_file, devcloud.here.home / "installation.json"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_four_hosts_in_two_zones(operator: Cloud) -> None:
    zones = {zone.name: set(zone.hosts or ()) for zone in operator.compute.availability_zones(details=True)}
    assert zones["az1"] == {"devhost1", "devhost2"}
    assert zones["az2"] == {"devhost3", "devhost4"}
    assert all(s.state == "up" for s in operator.compute.services())
    for aggregate in operator.compute.aggregates():
        assert aggregate.metadata["mlps_level"] == "3"


@pytest.mark.usefixtures("operator")
def test_the_only_region_needs_no_name(devcloud: Devcloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a site whose entry of clouds.yaml names none it is known all the same, and kept with what is built there."""
    entries = yaml.safe_load(devcloud.here.clouds_file.read_text("utf-8"))["clouds"]
    del entries["devcloud"]["region_name"]
    file = tmp_path / "clouds.yaml"
    file.write_text(yaml.safe_dump({"clouds": entries}), "utf-8")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(file))
    cloud = Site("devcloud")
    assert (cloud.named, cloud.region) == (None, "RegionOne")


def test_hosts_are_finite(operator: Cloud) -> None:
    sizes = {}
    for provider in operator.placement.resource_providers():
        stock = {i.resource_class: i for i in operator.placement.resource_provider_inventories(provider)}
        sizes[provider.name] = (stock["VCPU"].total, stock["MEMORY_MB"].total, stock["DISK_GB"].total)
        assert stock["VCPU"].allocation_ratio == 4.0
        assert stock["MEMORY_MB"].allocation_ratio == stock["DISK_GB"].allocation_ratio == 1.0
        assert all(stock[name].reserved > 0 for name in ("VCPU", "MEMORY_MB", "DISK_GB"))
    assert sizes == {
        "devhost1": (64, 262144, 2048),
        "devhost2": (96, 393216, 4096),
        "devhost3": (64, 262144, 2048),
        "devhost4": (96, 393216, 4096),
    }


def test_every_host_has_a_live_gateway_chassis(operator: Cloud) -> None:
    agents = {agent.host: agent for agent in operator.network.agents()}
    assert set(agents) == {"devhost1", "devhost2", "devhost3", "devhost4"}
    for agent in agents.values():
        assert agent.is_alive
        assert agent.agent_type == "OVN Controller Gateway agent"


def test_pools_are_finite(operator: Cloud) -> None:
    pools = {pool.name.rpartition("#")[2]: pool.capabilities for pool in operator.block_storage.backend_pools()}
    assert {name: float(pool["total_capacity_gb"]) for name, pool in pools.items()} == {"pool1": 10000, "pool2": 20000}
    assert all(float(pool["free_capacity_gb"]) <= float(pool["total_capacity_gb"]) for pool in pools.values())


def test_who_is_given_nothing_has_nothing(operator: Cloud, project: Cloud) -> None:
    who = project.current_project_id
    compute = operator.compute.get_quota_set(who)
    assert {compute[name] for name in ("instances", "cores", "ram", "key_pairs", "server_groups")} == {0}
    network = operator.network.get_quota(who)
    names = ("networks", "subnets", "ports", "routers", "floating_ips", "security_groups", "security_group_rules")
    assert {network[name] for name in (*names, "rbac_policies")} == {0}
    volumes = operator.block_storage.get("/os-quota-sets/" + who).json()["quota_set"]
    counted = {name: limit for name, limit in volumes.items() if name not in ("id", "per_volume_gigabytes")}
    assert {"volumes_plain", "gigabytes_encrypted", "snapshots_plain", "gigabytes"} <= counted.keys()
    assert set(counted.values()) == {0}


def test_volume_types(operator: Cloud) -> None:
    types = {kind.name: kind for kind in operator.block_storage.types()}
    assert set(types) == {"plain", "encrypted"}
    assert operator.block_storage.get_type_encryption(types["encrypted"]).provider == "luks"
    assert not operator.block_storage.get(f"/types/{types['plain'].id}/encryption").json()


def test_images_are_small_real_files_with_properties(operator: Cloud) -> None:
    images = {image.name: image for image in operator.image.images()}
    assert {"openeuler-24.03-2026.09", "kylin-v10-sp3-2026.06", "uos-v20-1070-2026.03"} <= images.keys()
    assert images["openeuler-24.03-2026.09"].properties["hw_architecture"] == "aarch64"
    assert images["uos-v20-1070-2026.03"].properties["hw_architecture"] == "x86_64"
    for image in images.values():
        assert image.status == "active"
        assert image.is_protected
        assert image.visibility == "public"
        assert 0 < image.size < 2**20
    assert len({image.hash_value for image in images.values()}) == len(images)
    data = operator.image.download_image(images["openeuler-24.03-2026.09"]).content
    assert data.startswith(b"openeuler-24.03-2026.09\n")


def test_flavors(operator: Cloud) -> None:
    assert {(f.name, f.vcpus, f.ram) for f in operator.compute.flavors()} >= {
        ("g1.small", 2, 4096),
        ("g1.medium", 4, 8192),
        ("g1.large", 8, 32768),
        ("c1.xlarge", 16, 32768),
    }


def test_external_networks_are_seen_by_the_operator_only(operator: Cloud, project: Cloud) -> None:
    external = {network.name: network for network in operator.network.networks(is_router_external=True)}
    assert external.keys() >= ZONES
    assert not any(network.is_shared for network in external.values())
    seeded = {external[name].id for name in ZONES}
    wildcards = [r for r in operator.network.rbac_policies() if r.target_project_id == "*" and r.object_id in seeded]
    assert not wildcards
    assert not list(project.network.networks())


def test_an_external_network_can_be_shared_with_one_project(operator: Cloud, project: Cloud) -> None:
    network = operator.network.find_network("common", ignore_missing=False)
    rule = operator.network.create_rbac_policy(
        object_type="network",
        object_id=network.id,
        action="access_as_external",
        target_project_id=project.current_project_id,
    )
    try:
        assert [seen.name for seen in project.network.networks()] == ["common"]
    finally:
        operator.network.delete_rbac_policy(rule)


def test_default_groups_are_empty(operator: Cloud, project: Cloud) -> None:
    assert not list(operator.network.default_security_group_rules())
    (group,) = project.network.security_groups()
    assert group.name == "default"
    assert group.security_group_rules == []


def test_scopes_and_new_defaults_are_enforced(devcloud: Devcloud, project: Cloud) -> None:
    system = devcloud.connect("devcloud-system")
    assert list(system.identity.domains())
    with pytest.raises(exceptions.ForbiddenException):  # servers belong to projects
        list(system.compute.servers())
    with pytest.raises((exceptions.ForbiddenException, KeystoneForbidden)):  # a member may not look at all projects
        list(project.identity.projects())


def test_roles_and_the_operator_domain(operator: Cloud) -> None:
    assert {"admin", "manager", "member", "reader", "service"} <= {role.name for role in operator.identity.roles()}
    assert operator.identity.find_domain("tenancies", ignore_missing=False).is_enabled
    domain = operator.identity.create_domain(name="devcloud-test-domain")
    operator.identity.update_domain(domain, is_enabled=False)
    operator.identity.delete_domain(domain)


def test_network_extensions(operator: Cloud) -> None:
    aliases = {extension.alias for extension in operator.network.extensions()}
    assert aliases >= {
        *("address-group", "allowed-address-pairs", "availability_zone", "ext-gw-mode", "external-net", "extraroute"),
        *("port-security", "quota_details", "rbac-policies", "security-groups-default-rules", "standard-attr-tag"),
        *("security-groups-remote-address-group", "subnet_allocation", "router", "qos", "floating-ip-port-forwarding"),
    }
