"""What a stranger takes away or changes so that data is lost already, or only losing more of it puts it right."""

from __future__ import annotations

import base64
from collections.abc import Callable

from tests.cloud.conftest import until
from tests.cloud.drift.changes import Change
from tests.cloud.drift.place import Place


def _rebuild(place: Place) -> None:
    """Another image, another text at the first boot, another key: all of it at once, as Nova rebuilds."""
    compute, server = place.inside.compute, place.ids["server app-1"]
    image = next(iter(place.cloud.image.images(name="openeuler-24.03-2026.09")))
    if not compute.find_keypair(_key(place)):
        compute.create_keypair(name=_key(place))
    text = base64.b64encode(b"#cloud-config\n").decode()
    body = {"rebuild": {"imageRef": image.id, "user_data": text, "key_name": _key(place)}}
    answer = compute.post(f"/servers/{server}/action", json=body, microversion="2.57")
    assert answer.ok, answer.text
    until(lambda: compute.get_server(server).status == "ACTIVE")


def _key(place: Place) -> str:
    return f"{place.tenancy}-by-hand"


def forget_key(place: Place) -> None:
    """A key pair is its user's, not the tenancy's."""
    place.inside.compute.delete_keypair(_key(place))


def _grow(place: Place) -> None:
    volumes, volume = place.inside.block_storage, place.ids["volume app-2/files"]
    volumes.extend_volume(volume, 3)
    until(lambda: volumes.get_volume(volume).size == 3)


def _apart(place: Place) -> None:
    place.inside.compute.delete_server_group(place.ids["anti-affinity db"])


def _move(place: Place) -> None:
    """To another availability zone, which Nova refuses unless a machine was packed away in between."""
    compute, server = place.inside.compute, place.ids["server db-1"]
    before = compute.get_server(server).availability_zone
    compute.shelve_server(server)
    until(lambda: compute.get_server(server).status in {"SHELVED", "SHELVED_OFFLOADED"})
    until(lambda: compute.get_server(server).status == "SHELVED_OFFLOADED", 120)
    body = {"unshelve": {"availability_zone": "az1" if before == "az2" else "az2"}}
    assert compute.post(f"/servers/{server}/action", json=body, microversion="2.77").ok
    until(lambda: compute.get_server(server).status == "ACTIVE", 120)


LOSSY: tuple[Change, ...] = (
    Change(
        "server app-1",
        "imageId",
        _rebuild,
        also=(("server app-1", "userDataDigest"), ("server app-1", "keyPair")),
    ),
    Change("volume app-2/files", "size", _grow),
    Change("server db-1", "availabilityZone", _move),
    Change("server db-1", "schedulerHints", _apart),
)


def _server(place: Place) -> None:
    compute, server = place.inside.compute, place.ids["server web-1"]
    compute.delete_server(server)
    until(lambda: all(one.id != server for one in compute.servers()))


def _volume(place: Place) -> None:
    volumes, volume = place.inside.block_storage, place.ids["volume web-1/logs"]
    until(lambda: volumes.get_volume(volume).status == "available")
    volumes.delete_volume(volume)
    until(lambda: all(one.id != volume for one in volumes.volumes()))


def _leg(place: Place, leg: str) -> None:
    network, port = place.cloud.network, place.ids[leg]
    network.remove_interface_from_router(network.get_port(port).device_id, port_id=port)


def _group(place: Place) -> None:
    """Neutron keeps a group that a port is in."""
    network = place.cloud.network
    group = place.ids["security-group db"]
    port = network.get_port(place.ids["port db-1"])
    network.update_port(port, security_groups=[one for one in port.security_group_ids if one != group])
    network.delete_security_group(group)


def _port(place: Place) -> None:
    network, port = place.cloud.network, place.ids["port app-2"]
    place.cloud.compute.delete_server_interface(port, server=place.ids["server app-2"])
    until(lambda: not network.get_port(port).device_id)
    network.delete_port(port)


def _detach(place: Place) -> None:
    volume = place.ids["volume app-1/files"]
    place.cloud.compute.delete_volume_attachment(place.ids["server app-1"], volume)
    until(lambda: place.inside.block_storage.get_volume(volume).status == "available")


def _role(place: Place, what: str) -> None:
    domain, project, group, user, role = place.ids[what].split("/")
    scope = f"projects/{project}" if project else f"domains/{domain}"
    actor = f"groups/{group}" if group else f"users/{user}"
    assert place.cloud.identity.delete(f"/{scope}/{actor}/roles/{role}").ok


def _rule(what: str) -> tuple[str, Callable[[Place], object]]:
    return what, lambda place: place.cloud.network.delete_security_group_rule(place.ids[what])


# what goes with one of these, or with a change above
WITH_THEM = frozenset({"anti-affinity db", "attachment web-1/logs", "role readers"})
# in the order in which the services let go of them
GONE: tuple[tuple[str, Callable[[Place], object]], ...] = (
    ("attachment app-1/files", _detach),
    ("floating-ip web-1", lambda p: p.cloud.network.delete_ip(p.ids["floating-ip web-1"])),
    ("server web-1", _server),
    ("volume web-1/logs", _volume),
    ("anti-affinity web", lambda p: p.inside.compute.delete_server_group(p.ids["anti-affinity web"])),
    ("port web-1", lambda p: p.cloud.network.delete_port(p.ids["port web-1"])),
    ("router-leg internet/front", lambda p: _leg(p, "router-leg internet/front")),
    ("subnet front", lambda p: p.cloud.network.delete_subnet(p.ids["subnet front"])),
    ("network front", lambda p: p.cloud.network.delete_network(p.ids["network front"])),
    ("router-leg common/app", lambda p: _leg(p, "router-leg common/app")),
    ("router common", lambda p: p.cloud.network.delete_router(p.ids["router common"])),
    ("share common", lambda p: p.cloud.network.delete_rbac_policy(p.ids["share common"])),
    _rule("rule app/ingress/icmp/app"),
    ("security-group db", _group),
    ("port app-2", _port),
    ("role managers", lambda p: _role(p, "role managers")),
    ("role operator-iaas", lambda p: _role(p, "role operator-iaas")),
    ("user-group readers", lambda p: p.cloud.identity.delete_group(p.ids["user-group readers"])),
)
