"""The machines of a project as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from govcloud.cloud.connect import Cloud

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
    compute, network = cloud.connection.compute, cloud.connection.network
    with ThreadPoolExecutor(3) as pool:
        servers = pool.submit(
            cloud.call, lambda: list(compute.servers(details=True, all_projects=True, project_id=project))
        )
        ports = pool.submit(cloud.call, lambda: {p.device_id: p for p in network.ports(project_id=project)})
        public = pool.submit(cloud.call, lambda: {ip.port_id: ip for ip in network.ips(project_id=project)})
    found = []
    for server in servers.result():
        port = ports.result().get(server.id)
        ip = public.result().get(port.id) if port else None
        address = port.fixed_ips[0]["ip_address"] if port and port.fixed_ips else ""
        public_address, size = ip.floating_ip_address if ip else "", server.flavor
        found.append(Machine(server.name, server.status, address, public_address, size.vcpus, size.ram, size.disk))
    return sorted(found, key=lambda machine: machine.name)


def at_work(cloud: Cloud, projects: Iterable[str]) -> list[str]:
    """The names of the machines of these projects (ids) that Nova is at work on, but for those that come into being."""
    listed = cloud.connection.compute.servers
    found = [
        server
        for project in projects
        for server in cloud.call(lambda project=project: list(listed(all_projects=True, project_id=project)))  # type: ignore[misc]
    ]
    return sorted(server.name for server in found if server.task_state and server.status != "BUILD")


def resize_began(cloud: Cloud, server: str) -> str:
    """When the resize was asked for that made a machine (its id) what it is; empty where an operator moved it."""
    actions = cloud.call(lambda: list(cloud.connection.compute.server_actions(server)))
    last = max((one for one in actions if one.action in _MOVES), key=lambda one: str(one.start_time), default=None)
    return str(last.start_time) if last is not None and last.action == "resize" else ""
