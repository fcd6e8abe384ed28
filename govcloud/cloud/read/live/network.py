"""Networks, subnets, routers, ports, groups, rules, floating IPs and shares, as Neutron has them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from govcloud.cloud.connect import Cloud

Resources = Mapping[str, Mapping[str, Any]]

# ids in one request
AT_ONCE: Final = 40
# a router's leg in a network, as Neutron's drivers call it
LEGS: Final = frozenset(
    {
        "network:router_interface",
        "network:router_interface_distributed",
        "network:ha_router_replicated_interface",
    }
)


def networks(cloud: Cloud, project: str) -> Mapping[str, Resources]:
    """The project's networks, and everything on them whoever owns it: subnets, ports, legs of routers, shares."""
    neutron = cloud.connection.network
    own = {network.id: network for network in neutron.networks(project_id=project)}
    ports = {port.id: port for port in neutron.ports(project_id=project)}
    subnets = {subnet.id: subnet for subnet in neutron.subnets(project_id=project)}
    for some in _some(own):
        ports |= {port.id: port for port in neutron.ports(network_id=some)}
        subnets |= {subnet.id: subnet for subnet in neutron.subnets(network_id=some)}
    rules = _rules(cloud, groups=False)
    # Neutron calls a network shared also where it is so to us alone
    shared = {rule.object_id for rule in rules if (rule.action, rule.target_project_id) == ("access_as_shared", "*")}
    return {
        "openstack:networking/network:Network": {
            id_: {**_network(network), "shared": id_ in shared} for id_, network in own.items()
        },
        "openstack:networking/subnet:Subnet": {id_: _subnet(subnet) for id_, subnet in subnets.items()},
        "openstack:networking/port:Port": {
            id_: _port(port) for id_, port in ports.items() if not port.device_owner.startswith("network:")
        },
        "openstack:networking/routerInterface:RouterInterface": {
            id_: _leg(port) for id_, port in ports.items() if port.device_owner in LEGS
        },
        "openstack:networking/rbacPolicyV2:RbacPolicyV2": _shares(rules, project, own),
    }


def routers(cloud: Cloud, project: str) -> Mapping[str, Resources]:
    """The project's routers with gateways, extra routes and every leg, and all public addresses that lead in."""
    neutron = cloud.connection.network
    own = {router.id: router for router in neutron.routers(project_id=project)}
    ips = {ip.id: ip for ip in neutron.ips(project_id=project)}
    legs: dict[str, Any] = {}
    for some in _some(own):
        legs |= {port.id: port for port in neutron.ports(device_id=some) if port.device_owner in LEGS}
        ips |= {ip.id: ip for ip in neutron.ips(router_id=some)}
    return {
        "openstack:networking/router:Router": {id_: _router(router) for id_, router in own.items()},
        "openstack:networking/routerInterface:RouterInterface": {id_: _leg(port) for id_, port in legs.items()},
        "openstack:networking/floatingIp:FloatingIp": {id_: _floating_ip(ip) for id_, ip in ips.items()},
    }


def groups(cloud: Cloud, project: str) -> Mapping[str, Resources]:
    """The project's security groups and every rule in them, whoever owns the rule.

    All groups are listed and matched here, for asking for one project's makes its default group.
    """
    own = {group.id: group for group in cloud.connection.network.security_groups() if group.project_id == project}
    rules = []
    for some in _some(own):
        wanted = "&".join(f"security_group_id={id_}" for id_ in some)
        rules += cloud.rest("network", "GET", f"/security-group-rules?{wanted}")["security_group_rules"]
    return {
        "openstack:networking/rbacPolicyV2:RbacPolicyV2": _shares(_rules(cloud, groups=True), project, own),
        "openstack:networking/secGroup:SecGroup": {id_: _group(group) for id_, group in own.items()},
        "openstack:networking/secGroupRule:SecGroupRule": {rule["id"]: _rule(rule) for rule in rules},
    }


def _some(ids: Iterable[str]) -> Iterator[list[str]]:
    """As many ids as may stand in one request: a server under WSGI reads 4 KiB of its address and headers."""
    left = iter(ids)
    while some := list(itertools.islice(left, AT_ONCE)):
        yield some


def _network(network: Any) -> Mapping[str, Any]:
    return {
        "name": network.name,
        "createdAt": network.created_at,
        "tenantId": network.project_id,
        "adminStateUp": network.is_admin_state_up,
        "external": network.is_router_external,
        "portSecurityEnabled": network.is_port_security_enabled,
        "qosPolicyId": network.qos_policy_id,
        "description": network.description,
        "tags": sorted(network.tags),
    }


def _subnet(subnet: Any) -> Mapping[str, Any]:
    return {
        "name": subnet.name,
        "createdAt": subnet.created_at,
        "tenantId": subnet.project_id,
        "networkId": subnet.network_id,
        "cidr": subnet.cidr,
        "gatewayIp": subnet.gateway_ip,
        "ipVersion": subnet.ip_version,
        "enableDhcp": subnet.is_dhcp_enabled,
        "allocationPools": [{"start": pool["start"], "end": pool["end"]} for pool in subnet.allocation_pools],
        "dnsNameservers": list(subnet.dns_nameservers),
        "hostRoutes": list(subnet.host_routes),
        "description": subnet.description,
        "tags": sorted(subnet.tags),
    }


def _router(router: Any) -> Mapping[str, Any]:
    gateway = router.external_gateway_info or {}
    return {
        "name": router.name,
        "createdAt": router.created_at,
        "tenantId": router.project_id,
        "adminStateUp": router.is_admin_state_up,
        "externalNetworkId": gateway.get("network_id", ""),
        "enableSnat": gateway.get("enable_snat"),
        "routes": list(router.routes or ()),
        "description": router.description,
        "tags": sorted(router.tags),
    }


def _port(port: Any) -> Mapping[str, Any]:
    """A port; `device` is the machine it is plugged into."""
    return {
        "name": port.name,
        "createdAt": port.created_at,
        "tenantId": port.project_id,
        "networkId": port.network_id,
        "adminStateUp": port.is_admin_state_up,
        "fixedIps": [{"subnetId": ip["subnet_id"], "ipAddress": ip["ip_address"]} for ip in port.fixed_ips],
        "securityGroupIds": sorted(port.security_group_ids),
        "portSecurityEnabled": port.is_port_security_enabled,
        "allowedAddressPairs": list(port.allowed_address_pairs or ()),
        "extraDhcpOptions": list(port.extra_dhcp_opts or ()),
        "qosPolicyId": port.qos_policy_id,
        "description": port.description,
        "device": port.device_id,
        "tags": sorted(port.tags),
    }


def _leg(port: Any) -> Mapping[str, Any]:
    """A router's leg; it has a name in the cloud that says nothing."""
    first = port.fixed_ips[0] if port.fixed_ips else {"subnet_id": "", "ip_address": ""}
    return {
        "routerId": port.device_id,
        "subnetId": first["subnet_id"],
        "address": first["ip_address"],
        "legUp": port.is_admin_state_up,
        "createdAt": port.created_at,
    }


def _floating_ip(ip: Any) -> Mapping[str, Any]:
    return {
        "label": ip.floating_ip_address,
        "tenantId": ip.project_id,
        "createdAt": ip.created_at,
        "portId": ip.port_id,
        "qosPolicyId": ip.qos_policy_id,
        "description": ip.description,
        "tags": sorted(ip.tags),
    }


def _group(group: Any) -> Mapping[str, Any]:
    return {
        "name": group.name,
        "createdAt": group.created_at,
        "tenantId": group.project_id,
        "stateful": group.stateful,
        "description": group.description,
        "tags": sorted(group.tags),
    }


def _rule(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "securityGroupId": rule["security_group_id"],
        "createdAt": rule["created_at"],
        "direction": rule["direction"],
        "ethertype": rule["ethertype"],
        "protocol": rule["protocol"],
        "portRangeMin": rule["port_range_min"],
        "portRangeMax": rule["port_range_max"],
        "remoteIpPrefix": rule["remote_ip_prefix"],
        "remoteGroupId": rule["remote_group_id"],
        "remoteAddressGroupId": rule.get("remote_address_group_id"),
    }


def _rules(cloud: Cloud, *, groups: bool) -> list[Any]:
    """The sharing rules of security groups, or all others."""
    listed = cloud.connection.network.rbac_policies()
    return [rule for rule in listed if (rule.object_type == "security_group") is groups]


def _shares(policies: Iterable[Any], project: str, own: Mapping[str, Any]) -> Resources:
    """Sharing rules that let the project see something, or show something of the project to others."""
    return {
        policy.id: {
            "label": f"{_name(own.get(policy.object_id), policy)} {policy.action} {policy.target_project_id}",
            "action": policy.action,
            "objectType": policy.object_type,
            "objectId": policy.object_id,
            "targetTenant": policy.target_project_id,
        }
        for policy in policies
        if project in (policy.target_project_id, policy.project_id) or policy.object_id in own
    }


def _name(found: Any, policy: Any) -> str:
    return str(found.name) if found is not None else f"{policy.object_type} {policy.object_id}"


PARTS = (networks, routers, groups)
