"""Changes that take as much as they give: one machine goes, another comes, and no limit is in the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture

SMALL = {"cpu": 2, "memory": "4GiB", "os": "openeuler-24.03"}
LARGE = {**SMALL, "cpu": 4, "memory": "8GiB"}


def _request(**servers: Any) -> dict[str, Any]:
    return smallest("此消彼长", iaas={"servers": servers})


@pytest.fixture(scope="module")
def path(workshop: Workshop) -> Iterator[str]:
    """A request with two machines of one server and one of another."""
    written = workshop.write("swap.test", _request(a={**SMALL, "count": 2}, b=SMALL))
    workshop.run("apply", written, "--yes")
    yield written
    workshop.run("destroy", written, "--yes")


@pytest.mark.parametrize(
    ("servers", "machines"),
    [
        ({"a": SMALL, "b": {**SMALL, "count": 2}}, ["a-1", "b-1", "b-2"]),
        ({"a": SMALL, "c": {**SMALL, "count": 2}}, ["a-1", "c-1", "c-2"]),
        ({"a": LARGE, "c": SMALL}, ["a-1", "c-1"]),
        ({"a": SMALL, "c": LARGE}, ["a-1", "c-1"]),
    ],
    ids=["more of one, fewer of the other", "another name", "fewer and larger", "larger and smaller"],
)
def test_what_comes_does_not_wait_for_what_goes(
    workshop: Workshop, path: str, servers: dict[str, Any], machines: list[str]
) -> None:
    workshop.edit(path, iaas={"servers": servers})
    losses = workshop.run("plan", path, "-o", "json").data["losses"]
    allowed = [word for label in losses for word in ("--allow-data-loss", label)]
    workshop.run("apply", path, "--yes", "--allow-delete", "9", *allowed)
    project = workshop.project(workshop.tenancy(path))
    found = workshop.cloud.compute.servers(details=True, all_projects=True, project_id=project)
    tenancy = workshop.tenancy(path)
    assert {(server.name, server.status) for server in found} == {(f"{tenancy}-{name}", "ACTIVE") for name in machines}
    wanted = sum(one["cpu"] * int(one.get("count", 1)) for one in servers.values())
    assert workshop.cloud.compute.get_quota_set(project).cores == wanted, "exact again afterwards"
    assert workshop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True
