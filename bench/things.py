"""What the specs say, as the bodies of the services' own requests, in the order in which others wait for it longest.

A word in braces stands for the id of the thing of that name, which must be there first: `{network app}`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from govcloud.plan.draft import Draft, Specs
from govcloud.spec import symbols

Service = Literal["identity", "network", "compute", "block_storage"]
Way = Literal["create", "grant", "leg", "attach", "limits"]
REFERENCE: Final = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Thing:
    """One thing to make: `path` and `body` of the request, `kind` the body's one key.

    `ready` is the status it has when it can be used. `way` says how it is made where not by a POST to its collection.
    """

    name: str
    service: Service
    path: str
    kind: str = ""
    body: Mapping[str, Any] | None = None
    tags: tuple[str, ...] = ()
    ready: str = ""
    after: tuple[str, ...] = ()
    way: Way = "create"

    @property
    def needs(self) -> frozenset[str]:
        """The names of what must be there first."""
        return frozenset({*self.after, *_named([self.path, self.body])})


def _named(content: Any) -> Iterator[str]:
    """The names that stand somewhere in a path or body."""
    if isinstance(content, str):
        yield from REFERENCE.findall(content)
    elif isinstance(content, Mapping | list):
        for value in content.values() if isinstance(content, Mapping) else content:
            yield from _named(value)


def filled(content: Any, made: Mapping[str, str]) -> Any:
    """A path or body with ids where names stood."""
    if isinstance(content, str):
        return REFERENCE.sub(lambda found: made[found[1]], content)
    if isinstance(content, Mapping):
        return {key: filled(value, made) for key, value in content.items()}
    return [filled(value, made) for value in content] if isinstance(content, list) else content


def things(draft: Draft) -> list[Thing]:
    """Everything a draft stands for."""
    specs, site = draft.specs, draft.site_symbols
    assert specs is not None
    return [*_people(specs, site), *_networks(specs), *_machines(specs, draft.texts), *_volumes(specs), *_ways(specs)]


def _people(specs: Specs, site: Mapping[str, str]) -> Iterator[Thing]:
    one = specs.department
    domain = {"name": one.domain, "is_domain": True, "tags": list(one.tags)}
    yield Thing("domain", "identity", "/projects", "project", domain)
    managers = {"name": one.managers, "description": one.domain, "domain_id": "{domain}"}
    yield Thing("managers", "identity", "/groups", "group", managers)
    manager = f"/domains/{{domain}}/groups/{{managers}}/roles/{site[symbols.role('manager')]}"
    yield Thing("role managers", "identity", manager, way="grant")
    (project,) = specs.tenancy.projects
    body = {"name": project.name, "domain_id": site[symbols.operator_domain()], "tags": list(project.tags)}
    yield Thing("project", "identity", "/projects", "project", body)
    user, role = site[symbols.operator_user()], site[symbols.role(project.operator_role)]
    yield Thing("login", "identity", f"/projects/{{project}}/users/{user}/roles/{role}", way="grant")
    for group in specs.tenancy.groups:
        yield Thing(group.key, "identity", "/groups", "group", {"name": group.name, "domain_id": "{domain}"})
        path = f"/projects/{{project}}/groups/{{{group.key}}}/roles/{site[symbols.role(group.role)]}"
        yield Thing(f"role {group.key}", "identity", path, way="grant")
    yield Thing("limits", "network", "{project}", after=("login",), way="limits")


def _neutron(name: str, kind: str, body: Mapping[str, Any], tags: tuple[str, ...] = (), *after: str) -> Thing:
    path = f"/{kind.replace('_', '-')}s".replace("policys", "policies")
    return Thing(name, "network", path, kind, {"project_id": "{project}", **body}, tags, after=("limits", *after))


def _networks(specs: Specs) -> Iterator[Thing]:
    for one in specs.iaas.networks:
        body: dict[str, Any] = {"name": one.name, "port_security_enabled": one.port_security}
        yield _neutron(f"network {one.key}", "network", body, one.tags)
        body = {
            "name": one.name,
            "network_id": f"{{network {one.key}}}",
            "ip_version": 4,
            "cidr": one.cidr,
            "gateway_ip": one.gateway,
            "dns_nameservers": list(one.dns),
            "allocation_pools": [{"start": one.first, "end": one.last}],
        }
        yield _neutron(f"subnet {one.key}", "subnet", body, one.tags)
    for group in specs.iaas.groups:
        # without what Neutron would allow by itself, should the site's template say so
        yield _neutron(f"group {group.key}", "security_group", {"name": group.name}, group.tags)


def _machines(specs: Specs, texts: Mapping[str, str]) -> Iterator[Thing]:
    for spread in specs.iaas.server_groups:
        body: dict[str, Any] = {"name": spread.name, "policy": spread.policy}
        yield Thing(
            f"spread {spread.key}", "compute", "/os-server-groups", "server_group", body, after=("limits", "login")
        )
    for port in specs.iaas.ports:
        network = f"{{network {port.network}}}"
        body = {
            "name": port.name,
            "network_id": network,
            "admin_state_up": port.up,
            "fixed_ips": [{"subnet_id": f"{{subnet {port.network}}}", "ip_address": port.address}],
            "security_groups": [f"{{group {key}}}" for key in port.groups],
            "port_security_enabled": port.port_security,
        }
        yield _neutron(f"port {port.machine}", "port", body, port.tags)
    for one in specs.iaas.servers:
        body = {
            "name": one.name,
            "imageRef": one.image,
            "flavorRef": one.flavor,
            "availability_zone": one.zone,
            "networks": [{"port": f"{{port {one.machine}}}"}],
            "user_data": base64.b64encode(texts[one.user_data].encode()).decode(),
            "config_drive": True,
            "metadata": dict(one.metadata),
            "hint": f"{{spread {one.spread}}}",
        }
        yield Thing(f"server {one.machine}", "compute", "/servers", "server", body, ready="ACTIVE")


def _volumes(specs: Specs) -> Iterator[Thing]:
    for one in specs.iaas.volumes:
        body = {"name": one.name, "size": one.size, "volume_type": one.type, "metadata": dict(one.metadata)}
        yield Thing(
            *(f"volume {one.key}", "block_storage", "/volumes", "volume", body),
            ready="available",
            after=("limits", "login"),
        )
        path = f"/servers/{{server {one.machine}}}/os-volume_attachments/{{volume {one.key}}}"
        yield Thing(f"attachment {one.key}", "compute", path, way="attach")


def _ways(specs: Specs) -> Iterator[Thing]:
    """Ways in and out: shares of external networks, routers with their legs, rules, public addresses."""
    external = {}
    for one in specs.iaas.routers:
        share = {"action": "access_as_external", "object_type": "network", "object_id": one.external_network}
        body: dict[str, Any] = {**share, "target_tenant": "{project}"}
        yield Thing(f"share {one.zone}", "network", "/rbac-policies", "rbac_policy", body, after=("limits",))
        body = {
            "name": one.name,
            "external_gateway_info": {"network_id": one.external_network, "enable_snat": one.snat},
        }
        yield _neutron(f"router {one.zone}", "router", body, one.tags, f"share {one.zone}")
        legs = [
            Thing(
                *(f"leg {key}", "network", f"/routers/{{router {one.zone}}}"),
                body={"subnet_id": f"{{subnet {key}}}"},
                way="leg",
            )
            for key in one.networks
        ]
        yield from legs
        external[one.zone] = (one.external_network, [leg.name for leg in legs])
    for ip in specs.iaas.floating_ips:
        network, legs_there = external[ip.zone]
        body = {"floating_network_id": network, "port_id": f"{{port {ip.machine}}}", "description": ip.name}
        yield _neutron(f"address {ip.machine}", "floatingip", body, ip.tags, *legs_there)
    for group in specs.iaas.groups:
        for rule in group.rules:
            body = {
                "security_group_id": f"{{group {group.key}}}",
                "direction": rule.direction,
                "ethertype": "IPv4",
                "protocol": rule.protocol,
                "port_range_min": rule.first,
                "port_range_max": rule.last,
                "remote_ip_prefix": rule.prefix,
                "remote_group_id": f"{{group {rule.group}}}" if rule.group else None,
            }
            yield _neutron(f"rule {group.key} {rule.key}", "security_group_rule", body)
