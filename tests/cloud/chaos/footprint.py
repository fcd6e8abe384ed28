"""What of a tenancy there is in the cloud, read by the plain client.

Nothing here imports govcloud. Every list is of the whole cloud, and a thing is the tenancy's when it came into being
through its proxy, bears its name, or belongs to one of its projects, those that are gone too: an orphan hides nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from openstack.exceptions import NotFoundException

from tests.cloud.conftest import Cloud

Counts = dict[str, Counter[tuple[str, ...]]]


@dataclass(frozen=True)
class Kind:
    """How all of a kind are listed, and what tells one from another."""

    ask: Callable[[Cloud], Iterable[Any]]
    words: Callable[[Any], tuple[Any, ...]]


def _tags(found: Any) -> str:
    return " ".join(sorted(found.tags or ()))


def _metadata(found: Any) -> str:
    return " ".join(f"{key}={value}" for key, value in sorted(found.metadata.items()))


KINDS: Final[Mapping[str, Kind]] = {
    "domain": Kind(lambda c: c.identity.domains(), lambda f: (f.is_enabled,)),
    "project": Kind(lambda c: c.identity.projects(), lambda f: (f.name, f.is_enabled, _tags(f))),
    "group": Kind(lambda c: c.identity.groups(), lambda f: (f.name,)),
    "network": Kind(lambda c: c.network.networks(), lambda f: (f.name, f.status, f.is_shared, _tags(f))),
    "subnet": Kind(lambda c: c.network.subnets(), lambda f: (f.name, _tags(f))),
    "router": Kind(
        lambda c: c.network.routers(),
        lambda f: (f.name, f.status, f.external_gateway_info is not None, f.is_admin_state_up, _tags(f)),
    ),
    "port": Kind(
        lambda c: c.network.ports(),
        # a machine's says in which zone it runs, which is not the same every time
        lambda f: (f.name, f.device_owner.replace("az1", "az2"), f.status, len(f.security_group_ids), _tags(f)),
    ),
    "security-group": Kind(lambda c: c.network.security_groups(), lambda f: (f.name, _tags(f))),
    "rule": Kind(
        lambda c: c.network.security_group_rules(),
        lambda f: (f.direction, f.protocol, f.port_range_min, f.port_range_max, f.remote_ip_prefix or f.ether_type),
    ),
    "floating-ip": Kind(
        lambda c: c.network.ips(), lambda f: (f.description, f.status, f.port_id is not None, _tags(f))
    ),
    "share": Kind(lambda c: c.network.rbac_policies(), lambda f: (f.object_type, f.action, f.object_id)),
    "server": Kind(
        lambda c: c.compute.servers(details=True, all_projects=True),
        lambda f: (f.name, f.status, len(f.attached_volumes), _metadata(f)),
    ),
    "server-group": Kind(
        lambda c: c.compute.server_groups(all_projects=True), lambda f: (f.name, f.policy, len(f.member_ids))
    ),
    "volume": Kind(
        lambda c: c.block_storage.volumes(details=True, all_projects=True),
        lambda f: (f.name, f.status, f.size, len(f.attachments), _metadata(f)),
    ),
}
# what Neutron makes by itself whenever somebody looks; it must be gone only when its project is
DEFAULT: Final = "default"


@dataclass(frozen=True)
class Whose:
    """How a tenancy's things are told from others': ids of what it made, and its name."""

    born: Set[str]
    tenancy: str

    def has(self, found: Any) -> bool:
        """Is it the tenancy's?"""
        owners = {str(getattr(found, name, None) or "") for name in ("id", "project_id", "target_project_id")}
        words = " ".join(str(getattr(found, name, None) or "") for name in ("name", "description", "tags", "metadata"))
        return bool(owners & self.born) or self.tenancy in words or self._served(found)

    def _served(self, found: Any) -> bool:
        """A router's gateway belongs to no project, but serves a router."""
        return str(getattr(found, "device_id", None) or "") in self.born


def footprint(cloud: Cloud, whose: Whose) -> Counts:
    """Everything of a tenancy, kind by kind, its own id left out of names; nothing where nothing is."""
    found = {kind: [one for one in how.ask(cloud) if whose.has(one)] for kind, how in KINDS.items()}
    defaults = {group.id for group in found["security-group"] if group.name == DEFAULT}
    found["rule"] = [rule for rule in found["rule"] if rule.security_group_id not in defaults]
    ids = {kind: [str(one.id) for one in ones] for kind, ones in found.items()}
    counts = {
        kind: Counter(tuple(str(word).replace(whose.tenancy, "T") for word in KINDS[kind].words(one)) for one in ones)
        for kind, ones in found.items()
    }
    counts["role"] = Counter(_roles(cloud, ids))
    counts["quota"] = Counter(row for project in ids["project"] for row in _quotas(cloud, project))
    return {kind: rows for kind, rows in counts.items() if rows}


def _roles(cloud: Cloud, ids: Mapping[str, list[str]]) -> Iterable[tuple[str, ...]]:
    """Roles on the projects and in the domains, and the roles that the groups have anywhere."""
    for row in _assignments(cloud):
        scope, group, user = row.scope or {}, row.group or {}, row.user or {}
        where = {scope.get(kind, {}).get("id", "") for kind in ("project", "domain")}
        if where & {*ids["project"], *ids["domain"]} or group.get("id") in ids["group"]:
            kind = "project" if "project" in scope else "domain"
            yield row.role["name"], kind, user.get("name", ""), "group" if group else "user"


def _assignments(cloud: Cloud) -> list[Any]:
    """All there are. Keystone answers with 404 where a domain goes while it looks for its name: then once more."""
    for _ in range(5):
        with suppress(NotFoundException):
            return list(cloud.identity.role_assignments(include_names=True))
    return list(cloud.identity.role_assignments(include_names=True))


def _quotas(cloud: Cloud, project: str) -> Iterable[tuple[str, ...]]:
    compute, volume = cloud.compute.get_quota_set(project), cloud.block_storage.get_quota_set(project)
    network = cloud.network.get_quota(project)
    yield "compute", str(compute.instances), str(compute.cores), str(compute.ram), str(compute.server_groups)
    yield "volume", str(volume.volumes), str(volume.gigabytes)
    kept = ("networks", "subnets", "ports", "routers", "floating_ips", "security_groups", "security_group_rules")
    yield "network", *(str(getattr(network, key)) for key in kept)


def without_defaults(counts: Counts) -> Counts:
    """The footprint without the default groups of projects that stand."""
    groups = Counter({row: n for row, n in counts.get("security-group", Counter()).items() if row[0] != DEFAULT})
    return {**counts, "security-group": groups}
