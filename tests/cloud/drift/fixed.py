"""What nobody can change once it stands, and the question that shows it; and what is no property of the cloud's.

Whatever our programs set is in `changes.py`, in `lossy.py` or here: a test holds that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.cloud.drift.place import Place

# properties by kind; a name alone stands for that property of every kind
OURS = {
    "__defaults": "the engine's own note",
    "security-group.deleteDefaultRules": "an instruction to the provider; the rules themselves are looked at",
    "volume.enableOnlineResize": "an instruction to the provider",
    "volume.volumeRetypePolicy": "an instruction to the provider",
    "server.userData": "Nova tells the text, not where it came from: drift names it userDataDigest",
    # these are all that such a thing is: to change one is to take the thing away and to put another there
    "rule.*": "see rules in lossy.py and strays.py",
    "role.*": "see roles in lossy.py and strays.py",
    "attachment.*": "see attachments in lossy.py and beyond.py",
}


@dataclass(frozen=True)
class Fixed:
    """A property of a kind that the API refuses to change: `ask` changes it, and is answered with one of `codes`."""

    kind: str
    property: str
    ask: Callable[[Place], Any]
    codes: tuple[int, ...] = (400,)

    def __str__(self) -> str:
        return f"{self.kind}.{self.property}"


def _neutron(what: str, path: str, word: str, **values: Any) -> Callable[[Place], Any]:
    def ask(place: Place) -> Any:
        said = {name: value(place) if callable(value) else value for name, value in values.items()}
        return place.cloud.network.put(f"/{path}/{place.ids[what]}", json={word: said})

    return ask


def _keystone(what: str, word: str, **values: Any) -> Callable[[Place], Any]:
    return lambda place: place.cloud.identity.patch(f"/{word}s/{place.ids[what]}", json={word: values})


def _nova(path: str, what: str, body: Any) -> Callable[[Place], Any]:
    return lambda place: place.cloud.compute.put(f"/{path}/{place.ids[what]}", json=body, microversion="2.64")


def _home(place: Place) -> str:
    return str(place.cloud.current_project_id)


FRONT = "network front"
RULE = "rule app/ingress/icmp/app"
SHARE = ("share internet", "rbac-policies", "rbac_policy")
FIXED: tuple[Fixed, ...] = (
    Fixed("project", "isDomain", _keystone("project iaas", "project", is_domain=True)),
    Fixed("project", "domainId", _keystone("project iaas", "project", domain_id="default")),
    Fixed("user-group", "domainId", _keystone("user-group readers", "group", domain_id="default")),
    Fixed("network", "tenantId", _neutron("network app", "networks", "network", tenant_id=_home)),
    Fixed("subnet", "tenantId", _neutron("subnet app", "subnets", "subnet", tenant_id=_home)),
    Fixed("subnet", "networkId", _neutron("subnet app", "subnets", "subnet", network_id=lambda p: p.ids[FRONT])),
    Fixed("subnet", "cidr", _neutron("subnet app", "subnets", "subnet", cidr="203.0.113.0/24")),
    Fixed("subnet", "ipVersion", _neutron("subnet app", "subnets", "subnet", ip_version=6)),
    # while a router has its leg there
    Fixed("subnet", "gatewayIp", _neutron("subnet app", "subnets", "subnet", gateway_ip=None), (409,)),
    Fixed("router", "tenantId", _neutron("router common", "routers", "router", tenant_id=_home)),
    Fixed(
        "router-leg",
        "subnetId",
        _neutron("router-leg common/app", "ports", "port", fixed_ips=lambda p: [{"subnet_id": p.ids["subnet front"]}]),
    ),
    Fixed("port", "tenantId", _neutron("port app-1", "ports", "port", tenant_id=_home)),
    Fixed("port", "networkId", _neutron("port app-1", "ports", "port", network_id=lambda p: p.ids[FRONT])),
    Fixed("floating-ip", "tenantId", _neutron("floating-ip web-1", "floatingips", "floatingip", tenant_id=_home)),
    Fixed(
        "floating-ip",
        "pool",
        _neutron("floating-ip web-1", "floatingips", "floatingip", floating_network_id=lambda p: p.external("common")),
    ),
    Fixed(
        "security-group",
        "tenantId",
        _neutron("security-group app", "security-groups", "security_group", tenant_id=_home),
    ),
    # while a port is in it
    Fixed(
        "security-group",
        "stateful",
        _neutron("security-group app", "security-groups", "security_group", stateful=False),
        (409,),
    ),
    Fixed("rule", "*", _neutron(RULE, "security-group-rules", "security_group_rule", direction="egress")),
    Fixed("share", "action", _neutron(*SHARE, action="access_as_shared")),
    Fixed("share", "objectId", _neutron(*SHARE, object_id=lambda p: p.ids[FRONT])),
    Fixed("share", "objectType", _neutron(*SHARE, object_type="qos_policy")),
    # while the project has a router there
    Fixed("share", "targetTenant", _neutron(*SHARE, target_tenant=_home), (409,)),
    Fixed("server", "configDrive", _nova("servers", "server app-1", {"server": {"config_drive": False}})),
    Fixed(
        "anti-affinity",
        "name",
        _nova("os-server-groups", "anti-affinity db", {"server_group": {"name": "x"}}),
        (404, 405),
    ),
    Fixed(
        "anti-affinity",
        "policies",
        _nova("os-server-groups", "anti-affinity db", {"server_group": {"policy": "affinity"}}),
        (404, 405),
    ),
)
# what the cloud could change, and the devcloud cannot: held by a test of pure code alone
BEYOND_THE_DEVCLOUD = {
    "volume.volumeType": "to retype is to move data; the devcloud's volumes hold none that could be moved",
}
