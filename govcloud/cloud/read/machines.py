"""The machines of a project as they are now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from govcloud.cloud.connect import Cloud


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
