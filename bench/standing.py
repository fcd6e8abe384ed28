"""What stands in a tenancy's projects, told without ids: two contenders that built the same give the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.inventory import domain_id, project_ids
from govcloud.cloud.read.live import Live, read_live
from govcloud.cloud.read.live.identity import Whose
from govcloud.cloud.write.orphans import REMOVALS, remove_orphans
from govcloud.cloud.write.projects import drop_default_group
from govcloud.cloud.write.quotas import drop_quotas
from govcloud.plan.reality import Whereabouts

# kind -> row -> how many
Standing = Mapping[str, Counter[str]]
# when it was made is nobody's wish, and what it is called for people follows from the rest
_MOMENTARY: Final = frozenset({"createdAt", "label"})
_ADDRESS: Final = re.compile(r"\b\d+\.\d+\.\d+\.\d+(/\d+)?\b")
_SUBNET: Final = "openstack:networking/subnet:Subnet"


def standing(where: Whereabouts) -> Standing:
    """Everything of a tenancy and its department's domain, with names where ids were.

    An address is told as the n-th of its subnet: who uses the cloud meanwhile decides which ranges are free.
    """
    live = _read(where)
    names = {
        id_: f"{token.rpartition(':')[2]} {one.get('name', '')}"
        for token, all_ in live.items()
        for id_, one in all_.items()
    }
    ranges = {one["name"]: IPv4Network(one["cidr"]) for one in live.get(_SUBNET, {}).values()}
    return {
        token.rpartition(":")[2]: Counter(_placed(_row(one, names), ranges) for one in all_.values())
        for token, all_ in live.items()
        if all_
    }


def sweep(where: Whereabouts) -> None:
    """Remove whatever is left of a tenancy, its department's domain, and what Neutron keeps of a project."""
    cloud, projects = where.cloud, _projects(where)
    for project in projects.values():
        drop_quotas(cloud, project)
    remove_orphans(cloud, [(token, id_) for token, all_ in _read(where).items() if token in REMOVALS for id_ in all_])
    for project in projects.values():
        drop_default_group(cloud, project)


def _projects(where: Whereabouts) -> Mapping[str, str]:
    return project_ids(where.cloud, where.site.operator_domain, f"{where.tenancy}-")


def _read(where: Whereabouts) -> Live:
    cloud: Cloud = where.cloud
    projects, domain = _projects(where).values(), domain_id(cloud, where.domain)
    return read_live(cloud, Whose(where.tenancy, projects, domain, (), (cloud.user(),)))


def _row(one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return "; ".join(f"{key}={_named(value, names)}" for key, value in sorted(one.items()) if key not in _MOMENTARY)


def _placed(row: str, ranges: Mapping[str, IPv4Network]) -> str:
    def place(found: re.Match[str]) -> str:
        address, _, length = found[0].partition("/")
        for name, range_ in ranges.items():
            if IPv4Address(address) in range_:
                number = int(IPv4Address(address)) - int(range_.network_address)
                return f"{name}+{number}" + (f"/{length}" if length else "")
        return found[0]

    return _ADDRESS.sub(place, row)


def _named(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={_named(inner, names)}" for key, inner in sorted(value.items()))
    if isinstance(value, list):
        return f"[{' | '.join(sorted(_named(inner, names) for inner in value))}]"
    return names.get(str(value), str(value))
