"""Volumes that are to grow: what admission knows of their pools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

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
