"""Cutting a tenancy's traffic: every machine's port down, or up again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from openstack.network.v2.port import Port

from govcloud.cloud.connect import THREADS, Cloud


def set_ports(cloud: Cloud, project: str, *, up: bool) -> list[str]:
    """Set all machines' ports of the project (its id) up or down; returns the names of those that changed."""
    network = cloud.connection.network
    ports = cloud.call(lambda: list(network.ports(project_id=project)))
    turned = [port for port in ports if port.device_owner.startswith("compute:") and port.is_admin_state_up is not up]

    def turn(port: Port) -> None:
        cloud.call(lambda: network.update_port(port, admin_state_up=up))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(turn, turned))
    return sorted(port.name for port in turned)
