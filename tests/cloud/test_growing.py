"""Volumes that are to grow: what admission knows of their pools, and what is said where Cinder refuses after all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from govcloud.cloud.read.verify import verify
from govcloud.plan.context import open_context
from govcloud.plan.draft import draft
from tests.cloud.conftest import Devcloud, until
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture


def _with(**sizes: int) -> dict[str, Any]:
    request = smallest("扩容的系统")
    request["iaas"]["servers"]["web"]["volumes"] = {key: f"{size}GiB" for key, size in sizes.items()}
    return request


@pytest.fixture(scope="module")
def path(workshop: Workshop) -> Iterator[str]:
    """A request with two small volumes, applied; its department may have all there is."""
    department = workshop.root / "departments" / "dot" / "department.yaml"
    content = yaml.safe_load(department.read_text("utf-8"))
    content |= {"uscc": str(content["uscc"]), "allowance": {**content["allowance"], "disk": "9999TiB"}}
    department.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    written = workshop.write("growing.test", _with(a=1, b=1))
    workshop.run("apply", written, "--yes")
    yield written
    workshop.run("destroy", written, "--yes")


def _volume(workshop: Workshop, path: str, name: str) -> Any:
    every = workshop.cloud.block_storage.volumes(details=True, all_projects=True)
    return next(one for one in every if one.name == f"{workshop.tenancy(path)}-{name}")


def test_two_volumes_of_a_pool_share_what_it_has(workshop: Workshop, path: str) -> None:
    """Both of 12 TiB would find room somewhere, and both stay where they lie."""
    pool = _volume(workshop, path, "web-1-a").host
    assert pool.endswith("#pool2"), "where most is left"
    assert _volume(workshop, path, "web-1-b").host == pool
    workshop.write("growing.test", _with(a=12_000, b=9_000))
    told = " ".join(workshop.run("plan", path, code=5).out.split())
    assert "the volume b of web-1 cannot grow by 8999 GiB to 9000 GiB: it stays in the pool it lies in" in told
    assert pool in told
    workshop.write("growing.test", _with(a=1, b=1))


def test_cinder_says_why_a_volume_stayed_as_it_was(
    workshop: Workshop, path: str, devcloud: Devcloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says yes to an extension, looks for the room afterwards, and leaves the volume as usable as it was."""
    project, volume = workshop.project(workshop.tenancy(path)), _volume(workshop, path, "web-1-b").id
    limits = {"quota_set": {"gigabytes": -1, "gigabytes_plain": -1, "per_volume_gigabytes": -1}}
    assert workshop.cloud.block_storage.put(f"/os-quota-sets/{project}", json=limits).ok
    devcloud.connect_to(project).block_storage.extend_volume(volume, 40_000)
    messages = f"/messages?resource_uuid={volume}"
    said = workshop.cloud.block_storage
    until(lambda: bool(said.get(messages, microversion="3.5").json()["messages"]))
    until(lambda: str(said.get_volume(volume).status) == "in-use")
    workshop.write("growing.test", _with(a=1, b=40_000))
    for name, value in workshop.environment.items():
        monkeypatch.setenv(name, value)
    drafted = draft(open_context(workshop.root), workshop.root / path)
    assert drafted.specs is not None
    (problem,) = verify(drafted.cloud, project, drafted.specs.iaas)
    assert problem.code == "verify.volume-size"
    assert {**problem.params, "reason": ""} == {"volume": "web-1/b", "size": 1, "wanted": 40_000, "reason": ""}
    assert "backend" in str(problem.params["reason"])
    workshop.write("growing.test", _with(a=1, b=1))
