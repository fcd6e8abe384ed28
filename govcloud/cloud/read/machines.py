"""The machines of a project as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from govcloud.cloud.connect import Cloud

if TYPE_CHECKING:
    from openstack.connection import Connection

# what ends in a machine that waits for a confirmation
_MOVES: Final = ("resize", "migrate")


@dataclass(frozen=True)
class Machine:
    """A server: its status in Nova's words, its fixed and its public address (empty where it has none), its size.

    Memory is in MiB, the local disk in GiB; a Nova that does not tell what the flavour holds leaves them 0.
    """

    name: str
    status: str
    address: str
    public: str
    cores: int = 0
    memory: int = 0
    disk: int = 0


def read_machines(cloud: Cloud, project: str) -> list[Machine]:
    """The servers of a project (its id), sorted by name."""
    with ThreadPoolExecutor(3) as pool:
        servers = pool.submit(cloud.call, partial(_servers, cloud.connection, project))
        ports = pool.submit(cloud.call, partial(_ports, cloud.connection, project))
        public = pool.submit(cloud.call, partial(_public, cloud.connection, project))
    found = []
    for server in servers.result():
        port = ports.result().get(server.id)
        ip = public.result().get(port.id) if port else None
        address = port.fixed_ips[0]["ip_address"] if port and port.fixed_ips else ""
        public_address, size = ip.floating_ip_address if ip else "", server.flavor
        found.append(Machine(server.name, server.status, address, public_address, size.vcpus, size.ram, size.disk))
    return sorted(found, key=lambda machine: machine.name)


def _servers(connection: Connection, project: str) -> list[Any]:
    return list(connection.compute.servers(details=True, all_projects=True, project_id=project))


def _ports(connection: Connection, project: str) -> Mapping[str, Any]:
    """The ports by what they are plugged into."""
    return {port.device_id: port for port in connection.network.ports(project_id=project)}


def _public(connection: Connection, project: str) -> Mapping[str, Any]:
    """The public addresses by the port they lead to."""
    return {ip.port_id: ip for ip in connection.network.ips(project_id=project)}


def in_change(cloud: Cloud, projects: Iterable[str]) -> list[str]:
    """The names of the machines of these projects (ids) that Nova is changing, but for those that come into being."""
    listed = (cloud.call(partial(_servers, cloud.connection, project)) for project in projects)
    found = (server for servers in listed for server in servers)
    return sorted(server.name for server in found if server.task_state and server.status != "BUILD")


def _actions(connection: Connection, server: str) -> list[Any]:
    """What was done to a machine; nothing where it went since it was listed."""
    from openstack.exceptions import NotFoundException  # noqa: PLC0415 - loaded when a cloud is really asked

    try:
        return list(connection.compute.server_actions(server))
    except NotFoundException:
        return []


def resize_began(cloud: Cloud, server: str) -> str:
    """When the resize was asked for that made a machine (its id) what it is; empty where an operator moved it."""
    actions = cloud.call(partial(_actions, cloud.connection, server))
    last = max((one for one in actions if one.action in _MOVES), key=lambda one: str(one.start_time), default=None)
    return str(last.start_time) if last is not None and last.action == "resize" else ""
