"""Everything in given projects, service by service: what stands there, whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from openstack.connection import Connection

from govcloud.cloud.connect import THREADS, Cloud
from govcloud.errors import GovcloudError


@dataclass(frozen=True, order=True)
class Thing:
    """One resource in the cloud: who serves it, what it is, its id, name and project; a port's `owner` is its use."""

    service: str
    kind: str
    id: str
    name: str
    project: str
    owner: str = ""


_Ask = Callable[[Connection], Iterator[Any]]

# service, kind, how to list all of it in the whole cloud. Neutron is never asked for one project's groups: the
# question alone would make a default group, even for a project that is gone.
_QUESTIONS: Final[tuple[tuple[str, str, _Ask], ...]] = (
    ("compute", "server", lambda c: c.compute.servers(details=True, all_projects=True)),
    ("compute", "anti-affinity", lambda c: c.compute.server_groups(all_projects=True)),
    ("volume", "volume", lambda c: c.block_storage.volumes(details=True, all_projects=True)),
    ("volume", "snapshot", lambda c: c.block_storage.snapshots(details=True, all_projects=True)),
    ("network", "network", lambda c: c.network.networks()),
    ("network", "subnet", lambda c: c.network.subnets()),
    ("network", "port", lambda c: c.network.ports()),
    ("network", "router", lambda c: c.network.routers()),
    ("network", "floating-ip", lambda c: c.network.ips()),
    ("network", "security-group", lambda c: c.network.security_groups()),
    ("network", "address-group", lambda c: c.network.address_groups()),
)


def inventory(cloud: Cloud, projects: Collection[str]) -> list[Thing]:
    """All resources in the projects (ids), sorted, with the shares that let these projects see something."""
    wanted = set(projects)
    if not wanted:
        return []

    def ask(question: tuple[str, str, _Ask]) -> list[Thing]:
        service, kind, list_all = question
        listed = cloud.call(lambda: list(list_all(cloud.connection)))
        return [
            Thing(service, kind, r.id, str(r.name or ""), str(r.project_id), str(getattr(r, "device_owner", "") or ""))
            for r in listed
            if r.project_id in wanted
        ]

    with ThreadPoolExecutor(THREADS) as pool:
        found = [thing for things in pool.map(ask, _QUESTIONS) for thing in things]
        shares = cloud.call(lambda: list(cloud.connection.network.rbac_policies()))
    found += [
        Thing("network", "share", s.id, f"{s.object_type} {s.object_id}", str(s.target_project_id))
        for s in shares
        if s.target_project_id in wanted
    ]
    return sorted(found)


def domain_id(cloud: Cloud, name: str) -> str | None:
    """The id of a domain, or None where there is none of that name."""
    found = cloud.call(lambda: next(iter(cloud.identity.domains(name=name)), None)) if name else None
    return str(found.id) if found else None


def project_ids(cloud: Cloud, domain: str, prefix: str) -> dict[str, str]:
    """Name and id of the projects of a domain (by name) whose name begins with `prefix`.

    Raises GovcloudError where there is no such domain, or we may not see it: that is not to have no projects.
    """
    found = domain_id(cloud, domain)
    if found is None:
        raise GovcloudError("cloud.no-operator-domain", cloud=cloud.name, domain=domain)
    listed = cloud.call(lambda: list(cloud.identity.projects(domain_id=found)))
    return {p.name: p.id for p in listed if p.name.startswith(prefix)}
