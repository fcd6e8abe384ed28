"""A project as the plain SDK shows it, to be compared with how it looked before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.cloud.drift.place import Place

# what people and programs set; the rest (times, hosts, revisions) moves by itself
WORDS = (
    *("name", "description", "tags", "is_enabled", "is_admin_state_up", "is_shared", "is_router_external"),
    *("is_port_security_enabled", "qos_policy_id", "is_dhcp_enabled", "dns_nameservers", "host_routes"),
    *("allocation_pools", "gateway_ip", "routes", "fixed_ips", "allowed_address_pairs", "extra_dhcp_opts"),
    *("security_group_ids", "port_id", "device_id", "metadata", "status", "size", "volume_type", "key_name"),
)


def seen(place: Place) -> dict[str, Mapping[str, Any]]:
    """Everything in the project, by id."""
    network, project = place.cloud.network, place.project
    found = [
        *(
            one
            for ask in (network.networks, network.subnets, network.ports, network.routers, network.ips)
            for one in ask()
        ),
        *network.security_groups(),
        *place.cloud.compute.servers(details=True, all_projects=True, project_id=project),
        *place.cloud.block_storage.volumes(details=True, all_projects=True, project_id=project),
    ]
    rows = {one.id: _row(one) for one in found if one.project_id == project}
    rows |= {one.id: _row(one) for one in place.cloud.identity.groups(domain_id=place.domain)}
    for id_ in (project, place.domain):
        rows[id_] = _row(place.cloud.identity.get_project(id_))
    return rows


def _row(one: Any) -> Mapping[str, Any]:
    row = {word: getattr(one, word, None) for word in WORDS}
    gateway = getattr(one, "external_gateway_info", None) or {}
    row["gateway"] = (gateway.get("network_id"), gateway.get("enable_snat"))
    row["flavor"] = str((getattr(one, "flavor", None) or {}).get("name"))
    row["image"] = str((getattr(one, "image", None) or {}).get("id"))
    # nothing said is said in two ways
    return {word: sorted(map(str, value)) if isinstance(value, list) else value or None for word, value in row.items()}
