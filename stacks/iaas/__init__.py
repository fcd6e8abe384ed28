"""The iaas layer's program."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from govcloud.spec import symbols
from govcloud.spec.iaas import IaasSpec
from govcloud.stacks.context import Context
from govcloud.stacks.iaas.groups import SecurityGroup
from govcloud.stacks.iaas.networks import Network, Router
from govcloud.stacks.iaas.servers import FloatingIp, Server, ServerGroup
from govcloud.stacks.iaas.volumes import attach_volumes


def build(spec: IaasSpec, texts: Mapping[str, str], context: Context) -> dict[str, pulumi.Output[str]]:
    """Register the layer's resources; `texts` are the rendered user-data by sha256. Ids come back by symbol."""
    project = context.id(symbols.project("iaas"))
    networks = {network.key: Network(network, project, context) for network in spec.networks}
    routers = {router.zone: Router(router, networks, project, context) for router in spec.routers}
    groups = {group.key: SecurityGroup(group, project, context) for group in spec.groups}
    for group in spec.groups:
        groups[group.key].open(group.rules, groups, project, context)
    spreads = {group.key: ServerGroup(group, context) for group in spec.server_groups}
    ports = {port.machine: port for port in spec.ports}
    servers = {
        server.machine: Server(server, ports[server.machine], networks, groups, spreads, texts, project, context)
        for server in spec.servers
    }
    attach_volumes(spec.volumes, servers, context)
    floating = {
        ip.machine: FloatingIp(ip, servers[ip.machine], routers[ip.zone], project, context) for ip in spec.floating_ips
    }
    made: dict[str, dict[str, pulumi.Output[str]]] = {
        "network": {key: network.id_ for key, network in networks.items()},
        "subnet": {key: network.subnet_id for key, network in networks.items()},
        "router": {key: router.id_ for key, router in routers.items()},
        "group": {key: group.id_ for key, group in groups.items()},
        "server": {key: server.id_ for key, server in servers.items()},
        "port": {key: server.port_id for key, server in servers.items()},
        "address": {key: ip.address for key, ip in floating.items()},
    }
    return {symbols.of("iaas", kind, key): id_ for kind, ids in made.items() for key, id_ in ids.items()}
