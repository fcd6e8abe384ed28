"""Everything that loses data is named and needs its flag: without it nothing happens, with it exactly that."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture

Request = dict[str, Any]


def _start() -> Request:
    """A machine the public sees, one with disks, and one that is to go."""
    size = {"cpu": 2, "memory": "4GiB", "os": "kylin-v10"}
    disks = {"files": {"size": "3GiB", "holds": ["records"]}, "cards": {"size": "1GiB", "holds": ["cards"]}}
    return {
        **smallest("数据系统"),
        "data": {"records": {"grade": "general"}, "cards": {"grade": "general"}},
        "iaas": {
            "networks": {"front": {"zone": "internet", "hosts": 4}, "app": {"zone": "common", "hosts": 6}},
            "servers": {
                "web": {**size, "network": "front"},
                "app": {**size, "network": "app", "volumes": disks},
                "old": {**size, "network": "app", "volumes": {"logs": {"size": "1GiB", "holds": ["records"]}}},
            },
        },
        "flows": [{"from": "zone/internet", "to": "web", "ports": ["443/tcp"], "reason": "公众访问"}],
    }


@dataclass(frozen=True)
class Loss:
    """A change of a request that loses data: what is named, in the plan and to the flag."""

    name: str
    edit: Callable[[Request], object]
    labels: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


def _server(request: Request, key: str) -> Request:
    found: Request = request["iaas"]["servers"][key]
    return found


LOSSES = (
    # the image is another: Nova rebuilds the machine in place, and the engine calls it an update
    Loss("another-os", lambda r: _server(r, "web").update(os="openeuler-24.03"), ("server web-1",)),
    # no volume can shrink: it is made anew
    Loss(
        "a-smaller-volume", lambda r: _server(r, "app")["volumes"]["files"].update(size="2GiB"), ("volume app-1/files",)
    ),
    # personal data lies on encrypted volumes
    Loss("another-volume-type", lambda r: r["data"]["cards"].update(personal="general"), ("volume app-1/cards",)),
    Loss("a-server-less", lambda r: r["iaas"]["servers"].pop("old"), ("server old-1", "volume old-1/logs")),
    Loss("a-volume-less", lambda r: _server(r, "old").pop("volumes"), ("volume old-1/logs",)),
    # an address that others know
    Loss("no-longer-public", lambda r: r["flows"].clear(), ("floating-ip web-1",)),
    # another network is another port, and a machine goes when its port does
    Loss(
        "a-server-moves",
        lambda r: _server(r, "old").update(network="front"),
        ("server old-1",),
    ),
)
# what can be done together, and what it loses together
TOGETHER = ("another-os", "a-smaller-volume", "another-volume-type", "a-server-less", "no-longer-public")


@pytest.fixture(scope="module")
def path(workshop: Workshop) -> str:
    written = workshop.write("loss.test", _start())
    workshop.run("apply", written, "--yes")
    return written


def _edited(*losses: Loss) -> Request:
    request = copy.deepcopy(_start())
    for loss in losses:
        loss.edit(request)
    return request


def _stands(workshop: Workshop, path: str) -> Mapping[str, Any]:
    """The project's machines, volumes and addresses by id, as the plain SDK shows them."""
    cloud, project = workshop.cloud, workshop.project(workshop.tenancy(path))
    servers = cloud.compute.servers(details=True, all_projects=True, project_id=project)
    volumes = cloud.block_storage.volumes(details=True, all_projects=True, project_id=project)
    return {
        **{one.id: (one.name, one.image.id, one.status, one.launched_at) for one in servers},
        **{one.id: (one.name, one.size, one.volume_type, one.status) for one in volumes},
        **{one.id: (one.floating_ip_address, one.port_id) for one in cloud.network.ips(project_id=project)},
    }


def _by_name(stands: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    return {str(row[0]).split("-", 2)[-1]: (id_, row) for id_, row in stands.items()}


@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_a_loss_is_named_and_refused(workshop: Workshop, path: str, loss: Loss) -> None:
    before = _stands(workshop, path)
    workshop.write("loss.test", _edited(loss))
    assert tuple(workshop.run("plan", path, "-o", "json").data["losses"]) == loss.labels
    refused = workshop.run("apply", path, "--yes", code=5)
    assert f"lose data: {', '.join(loss.labels)}" in refused.err
    assert f'--allow-data-loss "{loss.labels[0]}"' in refused.err
    assert _stands(workshop, path) == before


def test_another_name_than_the_lost_ones_is_no_leave(workshop: Workshop, path: str) -> None:
    """And of all that was refused nothing is left."""
    before, loss = _stands(workshop, path), LOSSES[0]
    workshop.write("loss.test", _edited(loss))
    others = [word for label in loss.labels for word in ("--allow-data-loss", f"{label}x")]
    workshop.run("apply", path, "--yes", *others, code=5)
    assert _stands(workshop, path) == before
    workshop.write("loss.test", _start())
    assert workshop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True


def test_what_was_named_is_done_and_nothing_else(workshop: Workshop, path: str) -> None:
    chosen = [loss for loss in LOSSES if loss.name in TOGETHER]
    labels = sorted(label for loss in chosen for label in loss.labels)
    before = _by_name(_stands(workshop, path))
    workshop.write("loss.test", _edited(*chosen))
    assert workshop.run("plan", path, "-o", "json").data["losses"] == labels
    allowed = [word for label in labels for word in ("--allow-data-loss", label)]
    # and so many deletions are more than happen by mistake: who has to name both hears of both at once
    assert "and --allow-delete" in workshop.run("apply", path, "--yes", code=5).err
    assert "deletes or replaces" in workshop.run("apply", path, "--yes", *allowed, code=5).err
    workshop.run("apply", path, "--yes", *allowed, "--allow-delete", "20")
    assert workshop.run("plan", path, "-o", "json").data["changes"] is False
    after = _by_name(_stands(workshop, path))
    assert after.keys() == {"web-1", "app-1", "app-1-files", "app-1-cards"}
    assert after["app-1"] == before["app-1"], "a machine whose volumes are made anew stays"
    # rebuilt where it stands: the same machine with another image
    assert after["web-1"][0] == before["web-1"][0]
    assert after["web-1"][1][1] != before["web-1"][1][1]
    assert after["app-1-files"][0] != before["app-1-files"][0]
    assert after["app-1-files"][1][1:] == (2, "plain", "in-use")
    assert after["app-1-cards"][1][1:] == (1, "encrypted", "in-use")


def test_what_loses_nothing_needs_no_flag(workshop: Workshop, path: str) -> None:
    """A larger size, a larger volume, one machine more, a new person's key: the machines that stand stay."""
    before = _stands(workshop, path)
    request = _edited(*(loss for loss in LOSSES if loss.name in TOGETHER))
    _server(request, "app").update(cpu=4, memory="8GiB", count=2)
    _server(request, "app")["volumes"]["files"].update(size="5GiB")
    request["people"] = {"owner": "lihua", "technical": "zhangwei"}
    workshop.write("loss.test", request)
    planned = workshop.run("plan", path, "-o", "json").data
    assert planned["losses"] == []
    assert {step["op"] for step in planned["steps"]} <= {"create", "update"}
    workshop.run("apply", path, "--yes")
    after = _stands(workshop, path)
    assert before.keys() <= after.keys()
    assert _by_name(after)["app-1-files"][1][1] == 5
