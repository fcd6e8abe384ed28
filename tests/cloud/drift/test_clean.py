"""What was just applied has no drift, whatever it is; what a missing domain and a missing project come to."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.cloud.samples import random_request
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture


@pytest.fixture(scope="module")
def shop(workshop: Workshop) -> Workshop:
    """One of its own: with the department's domain the groups of all its tenancies go."""
    return workshop


@pytest.fixture(scope="module")
def path(shop: Workshop) -> Iterator[str]:
    """A random tenancy."""
    seed = random.randrange(10_000)
    written = shop.write(f"random-{seed}.test", random_request(seed))
    shop.run("apply", written, "--yes")
    yield written
    if any(row["path"] == written for row in shop.run("list", "--for", "operator", "-o", "json").data):
        shop.run("destroy", written, "--yes")


def test_a_random_tenancy_has_no_drift(shop: Workshop, path: str) -> None:
    found = shop.run("drift", path, "-o", "json", "--detailed-exitcode", code=None)
    assert (found.code, found.data["differences"], found.data["quotas"]) == (0, [], []), path
    assert shop.run("plan", path, "-o", "json").data["changes"] is False


@pytest.mark.long
def test_a_domain_that_is_gone_is_made_anew(shop: Workshop, path: str) -> None:
    """Only groups and roles were in it: what the department built stands in the operator's domain."""
    identity, project = shop.cloud.identity, shop.project(shop.tenancy(path))
    assigned = identity.role_assignments(scope_project_id=project)
    (lost,) = {identity.get_group(one.group["id"]).domain_id for one in assigned if one.group}
    name = identity.update_domain(lost, is_enabled=False).name
    identity.delete_domain(lost)
    found = shop.run("drift", path, "-o", "json", "--detailed-exitcode", code=2).data["differences"]
    assert {one["how"] for one in found} == {"missing"}
    assert {one["what"].split()[0] for one in found} == {"project", "user-group", "role"}
    shop.run("apply", path, "--yes")
    assert identity.find_domain(name, ignore_missing=False).id != lost
    assert shop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True


@pytest.mark.long
def test_a_tenancy_whose_project_is_gone_can_be_ended(shop: Workshop, path: str) -> None:
    """Keystone deletes a project without a word to whom serves it: what stood there stays, and nobody can log in."""
    tenancy, cloud = shop.tenancy(path), shop.cloud
    project = shop.project(tenancy)
    cloud.identity.delete_project(project)
    found = shop.run("drift", path, "-o", "json", "--detailed-exitcode", code=2).data
    assert ("missing", "project iaas") in {(one["how"], one["what"]) for one in found["differences"]}
    for command in (("plan",), ("apply", "--yes")):
        refused = shop.run(*command[:1], path, *command[1:], code=5)
        assert "project iaas is gone from the cloud" in refused.out
    assert [one for one in cloud.compute.servers(all_projects=True) if one.project_id == project]
    shop.run("destroy", path, "--yes")
    network, volumes = cloud.network, cloud.block_storage
    for listed in (
        cloud.compute.servers(all_projects=True),
        cloud.compute.server_groups(all_projects=True),
        volumes.volumes(all_projects=True),
        *(ask() for ask in (network.networks, network.routers, network.ports, network.ips, network.security_groups)),
    ):
        assert [one.name for one in listed if one.project_id == project] == []
