"""What a destroy refuses before anything is deleted: what strangers put there or locked, an isolation's evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.cloud.conftest import Cloud, Devcloud, until
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture


@pytest.fixture(scope="module")
def path(workshop: Workshop) -> str:
    """A tenancy of one machine."""
    written = workshop.write("kept.test", smallest())
    workshop.run("apply", written, "--yes")
    return written


@pytest.fixture
def strays(workshop: Workshop, path: str, devcloud: Devcloud) -> Iterator[list[str]]:
    """What stands in the tenancy's project and on its network, by kind and name; it is gone in the end."""
    project = workshop.project(workshop.tenancy(path))
    inside, cloud = devcloud.connect_to(project), workshop.cloud
    server = next(one for one in cloud.compute.servers(all_projects=True) if one.project_id == project)
    own = next(iter(cloud.network.networks(project_id=project)))
    with ExitStack() as undo:
        form = {"container_format": "bare", "disk_format": "raw"}
        _make(undo, inside.image, "image", name="found", **form)
        _make(undo, cloud.image, "image", name="lent", visibility="community", owner=project, **form)
        # a list of images does not have hidden ones, unless they are asked for
        hidden = _make(undo, inside.image, "image", name="hidden", **form)
        inside.image.update_image(hidden, is_hidden=True)
        _make(undo, cloud.network, "qos_policy", name="slow", project_id=project)
        _make(undo, cloud.network, "address_scope", name="scope", project_id=project, ip_version=4)
        # of the operator's own project, which is another
        _make(undo, cloud.network, "port", name="guest", network_id=own.id)
        _make(undo, cloud.identity, "project", name="below", parent_id=project, domain_id=workshop.domain_id)
        yield [
            "image found",
            "image lent",
            "image hidden",
            "qos-policy slow",
            "address-scope scope",
            "port guest",
            "project below",
        ]
    assert cloud.compute.get_server(server.id).status == "ACTIVE", "nothing was touched"


def _make(undo: ExitStack, service: Cloud, kind: str, **how: object) -> str:
    """The id of something made here, which goes in the end."""
    made = getattr(service, f"create_{kind}")(**how)
    delete: Callable[[str], object] = getattr(service, f"delete_{kind}")
    undo.callback(delete, made.id)
    return str(made.id)


def test_what_strangers_put_there_is_named_and_keeps_the_tenancy(
    workshop: Workshop, path: str, strays: list[str]
) -> None:
    found = workshop.run("drift", path, "-o", "json", "--detailed-exitcode", code=2).data["differences"]
    assert {one["what"] for one in found if one["how"] == "unmanaged"} == set(strays)
    refused = workshop.run("destroy", path, "--yes", code=5)
    assert [one for one in strays if one not in refused.err] == [], refused.err
    kinds = {row["kind"] for row in workshop.run("history", path, "-o", "json").data}
    assert kinds == {"apply"}, "none was begun"


def test_who_locked_a_machine_meant_it(workshop: Workshop, path: str) -> None:
    """What does not touch it goes on; all else is refused before anything is done."""
    compute, tenancy = workshop.cloud.compute, workshop.tenancy(path)
    project = workshop.project(tenancy)
    (server,) = compute.servers(all_projects=True, project_id=project)
    compute.lock_server(server)
    found = workshop.run("drift", path, "-o", "json", "--detailed-exitcode", code=2).data["differences"]
    assert [(one["how"], one["what"], one["id"]) for one in found] == [("unmanaged", f"lock {server.name}", server.id)]
    planned = workshop.run("plan", path, "-o", "json", "--detailed-exitcode").data
    assert (planned["changes"], planned["unmanaged"]) == (False, [f"lock {server.name}"])
    workshop.run("apply", path, "--yes")
    compute.stop_server(server)
    until(lambda: compute.get_server(server).status == "SHUTOFF")
    unlock = f"openstack server unlock {server.id}"
    assert unlock in workshop.run("plan", path, code=5).out
    assert unlock in workshop.run("apply", path, "--yes", code=5).out
    assert unlock in workshop.run("destroy", path, "--yes", code=5).err
    assert compute.get_server(server).status == "SHUTOFF"
    assert list(workshop.cloud.network.networks(project_id=project)), "nothing was touched"
    compute.unlock_server(server)
    workshop.run("apply", path, "--yes")
    assert compute.get_server(server).status == "ACTIVE"


def test_the_evidence_of_an_isolation_is_kept(workshop: Workshop, path: str) -> None:
    tenancy = workshop.tenancy(path)
    workshop.run("isolate", path, "--reason", "疑似失陷", "--yes")
    compute = workshop.cloud.compute
    (server,) = compute.servers(all_projects=True, project_id=workshop.project(tenancy))
    compute.stop_server(server)
    until(lambda: compute.get_server(server).status == "SHUTOFF")
    started = workshop.run("apply", path, "--yes", code=5)
    assert "would be started, stopped or moved (powerState)" in started.out
    assert compute.get_server(server).status == "SHUTOFF"
    refused = workshop.run("destroy", path, "--yes", code=5)
    assert f"govcloud release {tenancy}" in refused.err
    workshop.run("release", path, "--reason", "已取证")
    workshop.run("destroy", path, "--yes")
    assert workshop.run("list", "--for", "operator", "-o", "json").data == []
