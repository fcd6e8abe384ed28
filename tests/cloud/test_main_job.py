"""The main job, from a request to an isolated layer and back, on a real OpenStack through the real engine.

Compared from outside: what the plain `openstack` client sees before and after differs by exactly what the YAML asks.
"""

from __future__ import annotations

import ipaddress
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cloud import outside
from tests.cloud.conftest import Devcloud
from tests.cloud.samples import random_request, smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture

View = dict[str, Counter[Any]]


@dataclass(frozen=True)
class Built:
    """A random request that was applied, and the cloud as strangers saw it before and after."""

    path: str
    tenancy: str
    seed: int
    before: View
    after: View
    planned: Any
    applied: Any


@pytest.fixture(scope="module")
def built(workshop: Workshop, devcloud: Devcloud) -> Iterator[Built]:
    seed = random.randrange(10_000)
    clouds = devcloud.variables["OS_CLIENT_CONFIG_FILE"]
    path = workshop.write(f"sample-{seed}.test", random_request(seed))
    before = outside.view(clouds)
    planned = workshop.run("plan", path, "-o", "json").data
    untouched = outside.view(clouds)
    assert untouched == before, f"planning changed the cloud (seed {seed})"
    applied = workshop.run("apply", path, "--yes", "-o", "json").data
    after = outside.view(clouds)
    yield Built(path, planned["tenancy"], seed, before, after, planned, applied)
    workshop.run("destroy", planned["tenancy"], "--yes")
    assert outside.view(clouds) == before, f"destroying did not bring the cloud back (seed {seed})"


def test_the_cloud_differs_by_exactly_what_was_asked(workshop: Workshop, built: Built) -> None:
    grown = outside.difference(built.before, built.after)
    domain = next(iter(grown["domain"]))[0]
    wanted = outside.expected(workshop.root / built.path, built.tenancy, domain)
    found: dict[str, Counter[Any]] = dict(grown)
    for kind in ("floating-ip", "share"):
        name = {"floating-ip": "addresses", "share": "shares"}[kind]
        found[kind] = Counter({name: grown.get(kind, Counter()).total()})
    # Neutron may make the project's default group when somebody looks
    found["security-group"] = Counter({k: n for k, n in grown["security-group"].items() if k != ("default",)})
    found["subnet"] = Counter(row[0] for row in grown["subnet"].elements())
    found["assignment"] = Counter(
        tuple(part.replace(f"@{workshop.domain}", "@{operator}") for part in row)
        for row in grown["assignment"].elements()
    )
    for kind in outside.LISTS:
        assert found.get(kind, Counter()) == +wanted[kind], f"{kind} (seed {built.seed})"


def test_ranges_have_room_and_do_not_meet(workshop: Workshop, built: Built) -> None:
    request = yaml.safe_load((workshop.root / built.path).read_text("utf-8"))
    ranges = {key: ipaddress.ip_network(cidr) for key, cidr in built.planned["networks"].items()}
    for key, network in request["iaas"]["networks"].items():
        assert outside.room(str(ranges[key])) >= network["hosts"]
    seen = {row[0]: row[1] for row in outside.difference(built.before, built.after)["subnet"]}
    assert seen == {f"{built.tenancy}-{key}": str(cidr) for key, cidr in ranges.items()}
    for address in built.planned["machines"].values():
        assert sum(ipaddress.ip_address(address) in cidr for cidr in ranges.values()) == 1


def test_second_plan_is_empty(workshop: Workshop, built: Built) -> None:
    again = workshop.run("plan", built.path, "-o", "json", "--detailed-exitcode").data
    assert again["changes"] is False
    assert again["steps"] == []
    assert built.planned["changes"] is True
    workshop.run("plan", built.path, "--detailed-exitcode", code=0)


def test_planned_steps_are_what_was_built(built: Built) -> None:
    kinds = Counter(step["kind"] for step in built.planned["steps"])
    grown = outside.difference(built.before, built.after)
    for kind, name in (("server", "server"), ("volume", "volume"), ("network", "network"), ("router", "router")):
        assert kinds[kind] == grown.get(name, Counter()).total()
    assert {step["op"] for step in built.planned["steps"]} == {"create"}


def test_servers_belong_to_the_tenancys_own_project(workshop: Workshop, built: Built) -> None:
    project = workshop.project(built.tenancy)
    servers = list(workshop.cloud.compute.servers(details=True, all_projects=True, project_id=project))
    assert {server.name for server in servers} == {f"{built.tenancy}-{name}" for name in built.planned["machines"]}
    ports = {port.device_id: port for port in workshop.cloud.network.ports(project_id=project)}
    for server in servers:
        port = ports[server.id]
        wanted = built.planned["machines"][server.name.removeprefix(f"{built.tenancy}-")]
        assert [ip["ip_address"] for ip in port.fixed_ips] == [wanted]
        assert port.binding_vif_type == "ovs"
        assert port.is_port_security_enabled
        assert len(port.security_group_ids) == 2
        assert server.metadata["tenancy"] == built.tenancy


def test_everything_that_can_bears_tags(workshop: Workshop, built: Built) -> None:
    project = workshop.project(built.tenancy)
    network = workshop.cloud.network
    for listed in (network.networks, network.subnets, network.routers, network.ports, network.ips):
        for resource in listed(project_id=project):
            if getattr(resource, "device_owner", "").startswith("network:"):
                continue
            assert f"tenancy={built.tenancy}" in resource.tags, resource.name
            assert "layer=iaas" in resource.tags
    own = [group for group in network.security_groups() if group.project_id == project and group.name != "default"]
    assert own
    assert all(f"tenancy={built.tenancy}" in group.tags for group in own)
    for volume in workshop.cloud.block_storage.volumes(details=True, all_projects=True, project_id=project):
        assert volume.metadata["tenancy"] == built.tenancy


def test_machines_of_a_server_alternate_over_the_zones(workshop: Workshop, built: Built) -> None:
    """And share a group that asks Nova for different hosts; what a soft policy promises inside a zone is up to Nova."""
    project = workshop.project(built.tenancy)
    zones: dict[str, Counter[str]] = {}
    for server in workshop.cloud.compute.servers(details=True, all_projects=True, project_id=project):
        zones.setdefault(server.name.rpartition("-")[0], Counter())[server.availability_zone] += 1
    groups = {g.name: g for g in workshop.cloud.compute.server_groups(all_projects=True) if g.project_id == project}
    for server, counts in zones.items():
        assert max(counts.values()) - min(counts["az1"], counts["az2"]) <= 1
        assert len(groups[server].member_ids) == counts.total()
        assert groups[server].policy == "soft-anti-affinity"


def test_quotas_are_exactly_what_was_built(workshop: Workshop, built: Built) -> None:
    project = workshop.project(built.tenancy)
    cloud = workshop.cloud
    compute = cloud.compute.get_quota_set(project, usage=True)
    assert compute.instances == compute.usage["instances"] == len(built.planned["machines"])
    assert compute.cores == compute.usage["cores"]
    assert compute.ram == compute.usage["ram"]
    volume = cloud.block_storage.get_quota_set(project, usage=True)
    assert volume.volumes == volume.usage["volumes"]
    assert volume.gigabytes == volume.usage["gigabytes"]
    network = cloud.network.get_quota(project, details=True)
    for key in ("networks", "subnets", "routers", "floating_ips", "ports", "security_groups", "security_group_rules"):
        details = getattr(network, key)
        assert details["used"] == details["limit"], key


def test_volume_types_that_come_and_go_are_limited_while_they_are_there(workshop: Workshop, built: Built) -> None:
    """Those too that only some may see: what is not limited is unlimited."""
    cinder = workshop.cloud.block_storage
    kind = cinder.create_type(name=f"private-{built.seed}", is_public=False)
    try:
        found = workshop.run("drift", built.path, "-o", "json").data["quotas"]
        words = {f"{word}_{kind.name}" for word in ("volumes", "gigabytes", "snapshots")}
        assert {(quota["key"], quota["found"], quota["applied"]) for quota in found} == {(key, -1, 0) for key in words}
        workshop.run("apply", built.path, "--yes")
        assert workshop.run("drift", built.path, "-o", "json").data["clean"] is True
    finally:
        cinder.delete_type(kind)
    assert workshop.run("drift", built.path, "-o", "json").data["clean"] is True
    assert workshop.run("plan", built.path, "-o", "json").data["changes"] is False


@pytest.mark.parametrize("visibility", ["private", "public"])
def test_a_name_stands_for_the_one_image_that_everybody_may_use(
    workshop: Workshop, built: Built, tmp_path: Path, visibility: str
) -> None:
    """Whoever has a project may call his own images what he likes; of two public ones nobody can say which is meant."""
    glance, name, saved = workshop.cloud.image, "openeuler-24.03-2026.09", tmp_path / "saved.plan"
    (right,) = glance.images(name=name)
    path = workshop.write("twin.test", smallest("同名镜像"))
    kind = {"disk_format": "raw", "container_format": "bare"}
    twin = glance.create_image(name, data=b"malicious", visibility=visibility, allow_duplicates=True, **kind)
    try:
        said = workshop.run("plan", path, "--save", str(saved), code=0 if visibility == "private" else 5)
        assert workshop.run("plan", built.path, "-o", "json").data["changes"] is False, "what stands has its own"
    finally:
        glance.delete_image(twin.id)
    if visibility == "public":
        assert f"several public images called {name}" in said.out
    else:
        assert json.loads(saved.read_text("utf-8"))["allocation"]["servers"]["web"]["image"] == right.id
        workshop.run("release", path, "--yes")


def test_rules_are_exactly_the_flows_and_the_baseline(workshop: Workshop, built: Built) -> None:
    project = workshop.project(built.tenancy)
    rules = [r for r in workshop.cloud.network.security_group_rules() if r.project_id == project]
    planned = [step for step in built.planned["steps"] if step["kind"] == "rule"]
    assert len(rules) == len(planned)
    assert all(rule.remote_ip_prefix or rule.remote_group_id for rule in rules)
    assert {rule.ether_type for rule in rules} == {"IPv4"}
