"""What a stranger changes with the plain client, one row for each property that our programs set or keep from others.

Each row is put right by the next apply. What that could only do by losing data stands in `lossy.py`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.cloud.conftest import until
from tests.cloud.drift.place import Place

Do = Callable[[Place], object]


@dataclass(frozen=True)
class Change:
    """A change of one property of one thing, both as drift names them; `also` are properties that go with it."""

    what: str
    property: str
    do: Do
    also: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.what}.{self.property}".replace(" ", "-")


# how the SDK updates a thing of a kind
UPDATES: Mapping[str, tuple[str, str]] = {
    "project": ("identity", "update_project"),
    "user-group": ("identity", "update_group"),
    "network": ("network", "update_network"),
    "subnet": ("network", "update_subnet"),
    "router": ("network", "update_router"),
    "router-leg": ("network", "update_port"),
    "port": ("network", "update_port"),
    "floating-ip": ("network", "update_ip"),
    "security-group": ("network", "update_security_group"),
    "server": ("compute", "update_server"),
    "volume": ("block_storage", "update_volume"),
}


def put(what: str, attribute: str, **values: Any) -> Change:
    """Other values, the same for every tenancy; a callable among them is asked for its value."""

    def do(place: Place) -> object:
        service, update = UPDATES[what.partition(" ")[0]]
        said = {name: value(place) if callable(value) else value for name, value in values.items()}
        return getattr(getattr(place.cloud, service), update)(place.ids[what], **said)

    return Change(what, attribute, do)


def tags(what: str, *words: str) -> Change:
    """Other tags on something of Neutron's."""
    kind = what.partition(" ")[0]

    def do(place: Place) -> object:
        look = getattr(place.cloud.network, {"floating-ip": "get_ip"}.get(kind, f"get_{kind.replace('-', '_')}"))
        return place.cloud.network.set_tags(look(place.ids[what]), words)

    return Change(what, "tags", do)


def _policy(place: Place) -> str:
    """The id of a QoS policy of the operator's own."""
    name = f"{place.tenancy}-by-hand"
    found = place.cloud.network.find_qos_policy(name)
    return str((found or place.cloud.network.create_qos_policy(name=name)).id)


def drop_policy(place: Place) -> None:
    """Delete that policy."""
    place.cloud.network.delete_qos_policy(_policy(place))


def _subnet_of(what: str) -> Callable[[Place], str]:
    return lambda place: str(place.cloud.network.get_port(place.ids[what]).fixed_ips[0]["subnet_id"])


def _elsewhere(what: str, last: int) -> Callable[[Place], list[dict[str, str]]]:
    """Another address in the same subnet, counted from its end."""

    def find(place: Place) -> list[dict[str, str]]:
        subnet = place.cloud.network.get_subnet(_subnet_of(what)(place))
        return [{"subnet_id": subnet.id, "ip_address": str(ipaddress.ip_network(subnet.cidr)[-last])}]

    return find


def _groups_without(what: str, group: str) -> Callable[[Place], list[str]]:
    return lambda place: [
        one for one in place.cloud.network.get_port(place.ids[what]).security_group_ids if one != place.ids[group]
    ]


def _stop(place: Place) -> None:
    server = place.ids["server web-1"]
    place.cloud.compute.stop_server(server)
    until(lambda: place.cloud.compute.get_server(server).status == "SHUTOFF")


def _resize(place: Place) -> None:
    server = place.ids["server app-2"]
    place.cloud.compute.resize_server(server, "g1.medium")
    until(lambda: place.cloud.compute.get_server(server).status == "VERIFY_RESIZE", 120)
    place.cloud.compute.confirm_server_resize(server)
    until(lambda: place.cloud.compute.get_server(server).status == "ACTIVE")


def _unplug(place: Place) -> None:
    server, port = place.ids["server app-1"], place.ids["port app-1"]
    place.cloud.compute.delete_server_interface(port, server=server)
    until(lambda: not place.cloud.network.get_port(port).device_id)


def _words(place: Place) -> None:
    server = place.ids["server web-1"]
    place.cloud.compute.set_server_metadata(server, tenancy="t-another", added="by hand")
    place.cloud.compute.delete_server_metadata(server, ["zone"])


def _volume_words(place: Place) -> None:
    volume = place.ids["volume web-1/logs"]
    place.cloud.block_storage.set_volume_metadata(volume, tenancy="t-another", added="by hand")
    place.cloud.block_storage.delete_volume_metadata(volume, ["zone"])


CHANGES: tuple[Change, ...] = (
    put("project iaas", "name", name="renamed-by-hand"),
    put("project iaas", "description", description="by hand"),
    put("project iaas", "tags", tags=["tenancy=t-another"]),
    put("project domain", "name", name=lambda place: f"by-hand-{place.tenancy}"),
    put("project domain", "description", description="by hand"),
    put("project domain", "tags", tags=["department=another", "added"]),
    put("user-group managers", "name", name="administrators"),
    put("user-group managers", "description", description="by hand"),
    put("user-group readers", "name", name="lookers"),
    put("user-group readers", "description", description="by hand"),
    put("network app", "name", name="renamed-by-hand"),
    put("network app", "description", description="by hand"),
    put("network app", "adminStateUp", is_admin_state_up=False),
    put("network app", "portSecurityEnabled", is_port_security_enabled=False),
    put("network app", "shared", is_shared=True),
    put("network app", "external", is_router_external=True),
    put("network app", "qosPolicyId", qos_policy_id=_policy),
    tags("network app", "tenancy=t-another"),
    put("subnet app", "name", name="renamed-by-hand"),
    put("subnet app", "description", description="by hand"),
    put("subnet app", "enableDhcp", is_dhcp_enabled=False),
    put("subnet app", "dnsNameservers", dns_nameservers=["203.0.113.53"]),
    put("subnet app", "hostRoutes", host_routes=[{"destination": "203.0.113.0/24", "nexthop": "100.64.0.1"}]),
    put("subnet app", "allocationPools", allocation_pools=[]),
    tags("subnet app"),
    put("router internet", "name", name="renamed-by-hand"),
    put("router internet", "description", description="by hand"),
    put("router internet", "adminStateUp", is_admin_state_up=False),
    put(
        "router internet",
        "enableSnat",
        external_gateway_info=lambda place: {"network_id": place.external("internet"), "enable_snat": False},
    ),
    put(
        "router common",
        "externalNetworkId",
        external_gateway_info=lambda place: {"network_id": place.external("dedicated"), "enable_snat": False},
    ),
    put(
        "router internet",
        "routes",
        routes=lambda place: [
            {
                "destination": "203.0.113.0/24",
                "nexthop": _elsewhere("router-leg internet/front", 5)(place)[0]["ip_address"],
            }
        ],
    ),
    tags("router common", "added"),
    put("router-leg common/app", "routerId", device_id=lambda place: place.ids["router internet"]),
    put("router-leg internet/front", "legUp", is_admin_state_up=False),
    put("router-leg internet/front", "gatewayIp", fixed_ips=_elsewhere("router-leg internet/front", 4)),
    put("port app-2", "name", name="renamed-by-hand"),
    put("port app-2", "description", description="by hand"),
    put("port app-2", "adminStateUp", is_admin_state_up=False),
    put("port app-2", "fixedIps", fixed_ips=_elsewhere("port app-2", 4)),
    put("port app-2", "allowedAddressPairs", allowed_address_pairs=[{"ip_address": "203.0.113.7"}]),
    put("port app-2", "extraDhcpOptions", extra_dhcp_opts=[{"opt_name": "dns-server", "opt_value": "203.0.113.53"}]),
    put("port app-2", "qosPolicyId", qos_policy_id=_policy),
    put("port app-2", "securityGroupIds", security_groups=_groups_without("port app-2", "security-group BASELINE")),
    tags("port app-2", "tenancy=t-another"),
    Change(
        "port web-1",
        "portSecurityEnabled",
        put("port web-1", "", is_port_security_enabled=False, security_groups=[]).do,
        also=(("port web-1", "securityGroupIds"),),
    ),
    put("floating-ip web-1", "portId", port_id=None),
    put("floating-ip web-1", "description", description="by hand"),
    put("floating-ip web-1", "qosPolicyId", qos_policy_id=_policy),
    tags("floating-ip web-1"),
    put("security-group app", "name", name="renamed-by-hand"),
    put("security-group app", "description", description="by hand"),
    tags("security-group app", "added"),
    put("server web-1", "name", name="renamed-by-hand"),
    put("server web-1", "description", description="by hand"),
    Change("server web-1", "metadata", _words),
    Change("server web-1", "tags", lambda p: p.cloud.compute.add_tag_to_server(p.ids["server web-1"], "by-hand")),
    Change("server web-1", "powerState", _stop),
    Change("server app-2", "flavorId", _resize),
    Change("server app-1", "networks", _unplug),
    put("volume web-1/logs", "name", name="renamed-by-hand"),
    put("volume web-1/logs", "description", description="by hand"),
    Change("volume web-1/logs", "metadata", _volume_words),
)
