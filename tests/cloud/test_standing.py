"""A tenancy that stands: what is not ours is not taken for ours, and nobody else takes what is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cloud.conftest import Cloud, Devcloud, until
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture


@pytest.fixture(scope="module")
def path(workshop: Workshop) -> Iterator[str]:
    """A request with two machines and two volumes, applied."""
    request = smallest()
    request["iaas"]["servers"]["web"] |= {"count": 2, "volumes": {"files": "1GiB"}}
    written = workshop.write("standing.test", request)
    workshop.run("apply", written, "--yes")
    yield written
    for row in workshop.run("list", "--for", "operator", "-o", "json").data:
        workshop.run("destroy", row["tenancy"], "--yes")


def test_a_plan_that_finds_nothing_to_do_loads_no_engine(workshop: Workshop, path: str) -> None:
    """Only what it looks at the cloud with: the engine's SDK would take longer than the whole look."""
    listing = replace(workshop, environment={**workshop.environment, "PYTHONPROFILEIMPORTTIME": "1"})
    loaded = set(re.findall(r"\| +(\w+)$", listing.run("plan", path).err, re.MULTILINE))
    assert "openstack" in loaded
    assert loaded.isdisjoint({"pulumi", "grpc"})


def test_an_emptied_state_is_a_lost_one(workshop: Workshop, path: str) -> None:
    """To believe it would be to build all of it a second time."""
    tenancy = workshop.tenancy(path)
    (file,) = Path(workshop.environment["XDG_STATE_HOME"]).rglob(f"stacks/**/{tenancy}.iaas.json")
    kept = file.read_bytes()
    file.write_text("{}")
    for command in (("plan",), ("apply", "--yes"), ("drift",)):
        assert f"lacks {tenancy}.iaas" in workshop.run(*command, path, code=1).err
    file.write_bytes(kept)
    assert workshop.run("plan", path, "-o", "json").data["changes"] is False


def test_what_a_stranger_has_keeps_its_own_limit_open_and_no_other(
    devcloud: Devcloud, workshop: Workshop, path: str
) -> None:
    project, cloud = workshop.project(workshop.tenancy(path)), workshop.cloud
    inside = devcloud.connect_to(project).block_storage
    exact = _limits(cloud, project)
    cloud.compute.update_quota_set(project, cores=99, instances=99)
    cloud.block_storage.update_quota_set(
        project, volumes=50, snapshots=5, gigabytes=500, snapshots_plain=5, gigabytes_plain=500
    )
    volume = next(iter(inside.volumes()))
    snapshot = inside.create_snapshot(volume_id=volume.id, name="by-hand", is_forced=True)
    until(lambda: inside.get_snapshot(snapshot).status == "available")
    for _ in range(2):
        assert "Cinder counts more in the project" in workshop.run("apply", path, "--yes", code=1).err
        open_ = {"snapshots": 1, "snapshots_plain": 1, "gigabytes": 3, "gigabytes_plain": 3}
        assert _limits(cloud, project) == {**exact, **open_}
    inside.delete_snapshot(snapshot)
    until(lambda: not list(inside.snapshots()))
    workshop.run("apply", path, "--yes")
    assert _limits(cloud, project) == exact


def _limits(cloud: Cloud, project: str) -> dict[str, int]:
    """Those of Nova and Cinder, as the services answer."""
    answers = (
        cloud.compute.get(f"/os-quota-sets/{project}").json(),
        cloud.block_storage.get(f"/os-quota-sets/{project}").json(),
    )
    return {key: limit for one in answers for key, limit in one["quota_set"].items() if isinstance(limit, int)}


def test_an_operator_domain_belongs_to_one_store(workshop: Workshop, path: str, tmp_path: Path) -> None:
    other = replace(workshop, environment={**workshop.environment, "XDG_STATE_HOME": str(tmp_path)})
    refused = other.run("apply", path, "--yes", code=10)
    assert f"the domain {workshop.domain} belongs to the store" in refused.err


def test_a_domain_with_people_or_projects_in_it_stays(workshop: Workshop, path: str) -> None:
    """The last of the file: it ends what the others look at."""
    plan = workshop.run("plan", path, "-o", "json").data
    domains = [d for d in workshop.cloud.identity.domains() if d.name.startswith("d-")]
    domain = next(
        d
        for d in domains
        if any(g.name == f"{plan['tenancy']}-readers" for g in workshop.cloud.identity.groups(domain_id=d.id))
    )
    user = workshop.cloud.identity.create_user(name="chenlan", domain_id=domain.id)
    project = workshop.cloud.identity.create_project(name="chenlans", domain_id=domain.id)
    ended = workshop.run("destroy", path, "--yes")
    assert f"domain {domain.name}: user chenlan, project chenlans" in ended.err
    assert workshop.cloud.identity.get_domain(domain.id).is_enabled
    workshop.run("apply", path, "--yes")
    workshop.cloud.identity.delete_user(user)
    workshop.cloud.identity.delete_project(project)
    workshop.run("destroy", path, "--yes")
    assert all(d.id != domain.id for d in workshop.cloud.identity.domains())
