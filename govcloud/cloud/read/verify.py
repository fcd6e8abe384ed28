"""Is what was built really there and usable? Read from the APIs: an empty preview is no proof.

A server in ERROR passes an empty preview, and so does one that came up without its port.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.faults import said
from govcloud.errors import Problem
from govcloud.spec.iaas import IaasSpec

if TYPE_CHECKING:
    from openstack.connection import Connection


def verify(cloud: Cloud, project: str, spec: IaasSpec) -> list[Problem]:
    """Everything that is not as it should be in the iaas project (its id); nothing when all is well."""
    with ThreadPoolExecutor(3) as pool:
        servers, ports, volumes = pool.map(
            lambda ask: cloud.call(lambda: ask(cloud.connection, project)), (_servers, _ports, _volumes)
        )
    return [*_check_servers(spec, servers, ports), *_check_volumes(cloud, spec, servers, volumes)]


def _servers(connection: Connection, project: str) -> Mapping[str, Any]:
    found = connection.compute.servers(details=True, all_projects=True, project_id=project)
    return {server.name: server for server in found}


def _ports(connection: Connection, project: str) -> Mapping[str, Any]:
    return {port.name: port for port in connection.network.ports(project_id=project)}


def _volumes(connection: Connection, project: str) -> Mapping[str, Any]:
    found = connection.block_storage.volumes(details=True, all_projects=True, project_id=project)
    return {volume.name: volume for volume in found}


def _check_servers(spec: IaasSpec, servers: Mapping[str, Any], ports: Mapping[str, Any]) -> list[Problem]:
    problems = []
    wanted_ports = {port.machine: port for port in spec.ports}
    for wanted in spec.servers:
        server, port = servers.get(wanted.name), ports.get(wanted_ports[wanted.machine].name)
        if server is None:
            problems.append(Problem("verify.missing", {"what": f"server {wanted.machine}"}))
            continue
        if server.status != "ACTIVE":
            fault = (server.fault or {}).get("message", "-") if hasattr(server, "fault") else "-"
            problems.append(
                Problem("verify.server-status", {"server": wanted.machine, "status": server.status, "reason": fault})
            )
        if port is None or port.device_id != server.id:
            problems.append(Problem("verify.no-port", {"server": wanted.machine}))
        elif port.is_admin_state_up and port.binding_vif_type in {"unbound", "binding_failed"}:
            problems.append(Problem("verify.unbound-port", {"server": wanted.machine, "state": port.binding_vif_type}))
        elif not any(ip["ip_address"] == wanted_ports[wanted.machine].address for ip in port.fixed_ips):
            problems.append(Problem("verify.wrong-address", {"server": wanted.machine}))
    return problems


def _check_volumes(
    cloud: Cloud, spec: IaasSpec, servers: Mapping[str, Any], volumes: Mapping[str, Any]
) -> list[Problem]:
    problems = []
    names = {server.machine: server.name for server in spec.servers}
    for wanted in spec.volumes:
        volume, server = volumes.get(wanted.name), servers.get(names[wanted.machine])
        if volume is None:
            problems.append(Problem("verify.missing", {"what": f"volume {wanted.key}"}))
        elif volume.status != "in-use" or not any(
            server is not None and attachment["server_id"] == server.id for attachment in volume.attachments
        ):
            problems.append(Problem("verify.volume-status", {"volume": wanted.key, "status": volume.status}))
        elif volume.size != wanted.size:
            # Cinder says yes to an extension, and then its scheduler may find no room and leave it as it was
            sizes = {"size": volume.size, "wanted": wanted.size, "reason": said(cloud, volume.id)}
            problems.append(Problem("verify.volume-size", {"volume": wanted.key, **sizes}))
    return problems
