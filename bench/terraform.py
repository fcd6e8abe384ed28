"""The same for Terraform or OpenTofu: a configuration in JSON with the specs' values, and the commands that apply it.

It has the two logins our programs have, and waits for the project, the role and the limits as they do.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench import children
from bench.programs import PROVIDER, Programs
from bench.things import REFERENCE, Thing
from govcloud.cloud.read.quotas import Quotas
from govcloud.engine.runs import PARALLEL

SOURCE: Final = "terraform-provider-openstack/openstack"
# Neutron counts a resource and its reservation both for a moment: at an exact limit two creates refuse each other
ROOM: Final = 16
TYPES: Final = {
    "project": "identity_project_v3",
    "group": "identity_group_v3",
    "network": "networking_network_v2",
    "subnet": "networking_subnet_v2",
    "router": "networking_router_v2",
    "port": "networking_port_v2",
    "security_group": "networking_secgroup_v2",
    "security_group_rule": "networking_secgroup_rule_v2",
    "rbac_policy": "networking_rbac_policy_v2",
    "floatingip": "networking_floatingip_v2",
    "server_group": "compute_servergroup_v2",
    "server": "compute_instance_v2",
    "volume": "blockstorage_volume_v3",
}
RENAMED: Final = {
    "project_id": "tenant_id",
    "imageRef": "image_id",
    "flavorRef": "flavor_id",
    "networks": "network",
    "allocation_pools": "allocation_pool",
    "fixed_ips": "fixed_ip",
    "security_groups": "security_group_ids",
}


@dataclass(frozen=True)
class Terraform:
    """A configuration in a folder, and how it is run; `version` is how the command calls itself."""

    programs: Programs
    folder: Path
    clouds: Path

    def run(self, *words: str) -> None:
        """Run one command; fails with what it said."""
        environment = {
            **os.environ,
            "TF_CLI_CONFIG_FILE": str(self.folder / "terraform.rc"),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "OS_CLIENT_CONFIG_FILE": str(self.clouds),
        }
        command = [
            str(self.programs.command),
            words[0],
            "-input=false",
            "-no-color",
            f"-parallelism={PARALLEL}",
            *words[1:],
        ]
        children.run(command, self.folder, environment)


def write(folder: Path, things: list[Thing], quotas: Quotas, public: Mapping[str, str]) -> None:
    """Write the configuration; `public` is the name of each external network by its id."""
    resources: dict[str, dict[str, Any]] = {}
    addresses = {thing.name: f"openstack_{_type(thing)}.{_label(thing.name)}" for thing in things}
    for thing in things:
        for kind, label, content in _resources(thing, quotas, public):
            resources.setdefault(f"openstack_{kind}", {})[label] = _referring(content, thing, addresses)
    logins = [{"alias": name, "cloud": name, "delayed_auth": True, "max_retries": 5} for name in ("operator", "layer")]
    configuration = {
        "terraform": {"required_providers": {"openstack": {"source": SOURCE}}},
        "provider": {"openstack": logins},
        "resource": resources,
    }
    folder.mkdir()
    (folder / "main.tf.json").write_text(json.dumps(configuration, ensure_ascii=False, indent=1), "utf-8")
    overrides = f'dev_overrides {{ "{SOURCE}" = "{PROVIDER.place.parent}" }}'
    (folder / "terraform.rc").write_text(f"provider_installation {{ {overrides} }}\n", "utf-8")


def _label(name: str) -> str:
    """A Terraform name; rules are told apart by their content."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name.replace(".", "-"))


def _type(thing: Thing) -> str:
    special = {
        "grant": "identity_role_assignment_v3",
        "leg": "networking_router_interface_v2",
        "attach": "compute_volume_attach_v2",
        "limits": "networking_quota_v2",
    }
    return special.get(thing.way) or TYPES[thing.kind]


def _resources(thing: Thing, quotas: Quotas, public: Mapping[str, str]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Type, name and content of what stands for a thing."""
    if thing.way == "limits":
        yield from _limits(thing, quotas)
        return
    content: dict[str, Any]
    match thing.way:
        case "grant":
            scope, scoped, actor, acting, _, role = thing.path.strip("/").split("/")
            content = {f"{scope[:-1]}_id": scoped, f"{actor[:-1]}_id": acting, "role_id": role}
        case "leg":
            content = {"router_id": thing.path.rpartition("/")[2], **(thing.body or {})}
        case "attach":
            server, volume = REFERENCE.findall(thing.path)
            content = {"instance_id": f"{{{server}}}", "volume_id": f"{{{volume}}}"}
        case _:
            content = _content(thing, public)
    yield _type(thing), _label(thing.name), content


def _content(thing: Thing, public: Mapping[str, str]) -> dict[str, Any]:
    """The body of a request in the provider's words."""
    body = dict(thing.body or {})
    if thing.kind in {"project", "group"}:
        return body
    content = {RENAMED.get(key, key): value for key, value in body.items() if value is not None}
    if thing.tags:
        content["tags"] = list(thing.tags)
    match thing.kind:
        case "subnet":
            content["dns_nameservers"] = content["dns_nameservers"] or None
        case "router":
            gateway = content.pop("external_gateway_info")
            content |= {"external_network_id": gateway["network_id"], "enable_snat": gateway["enable_snat"]}
        case "security_group":
            content["delete_default_rules"] = True
        case "floatingip":
            content["pool"] = public[content.pop("floating_network_id")]
        case "server_group":
            content["policies"] = [content.pop("policy")]
        case "server":
            content["scheduler_hints"] = {"group": content.pop("hint")}
    return {key: value for key, value in content.items() if value is not None}


def _limits(thing: Thing, quotas: Quotas) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    project = {"project_id": thing.path}
    network = {key: limit + ROOM if limit > 0 else limit for key, limit in quotas["network"].items()}
    yield "networking_quota_v2", "limits", {**project, **network}
    yield "compute_quotaset_v2", "limits", {**project, **quotas["compute"]}
    known = {"volumes", "gigabytes", "snapshots", "backups", "backup_gigabytes", "groups", "per_volume_gigabytes"}
    volume = quotas["volume"]
    types = {key: str(limit) for key, limit in volume.items() if key not in known}
    given = {key: limit for key, limit in volume.items() if key in known}
    yield "blockstorage_quotaset_v3", "limits", {**project, **given, "volume_type_quota": types}


def _referring(content: Mapping[str, Any], thing: Thing, addresses: Mapping[str, str]) -> Mapping[str, Any]:
    """The content with references for names, the login it is made with, and what else it waits for."""
    waits = [addresses[name] for name in thing.after]
    if "limits" in thing.after:
        waits += ["openstack_compute_quotaset_v2.limits", "openstack_blockstorage_quotaset_v3.limits"]
    layer = thing.service == "block_storage" or (thing.service == "compute" and thing.way != "limits")
    filled = {key: _filled(value, addresses) for key, value in content.items()}
    return {**filled, "provider": f"openstack.{'layer' if layer else 'operator'}", "depends_on": waits}


def _filled(value: Any, addresses: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return REFERENCE.sub(lambda found: "${" + addresses[found[1]] + ".id}", value)
    if isinstance(value, Mapping):
        return {key: _filled(inner, addresses) for key, inner in value.items()}
    return [_filled(inner, addresses) for inner in value] if isinstance(value, list) else value
