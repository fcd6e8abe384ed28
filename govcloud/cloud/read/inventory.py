"""Everything in given projects and on what is theirs, service by service: what stands there, whoever made it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from govcloud.cloud.connect import THREADS, Cloud
from govcloud.cloud.read.live.foreign import FOREIGN, listed
from govcloud.cloud.read.live.network import LEGS
from govcloud.errors import GovcloudError

if TYPE_CHECKING:
    from openstack.connection import Connection


@dataclass(frozen=True, order=True)
class Thing:
    """One resource in the cloud: who serves it, what it is, its id, name and project.

    A port's `owner` is its use. It stands `on` what cannot go before it goes: networks, routers, groups (ids).
    """

    service: str
    kind: str
    id: str
    name: str
    project: str
    owner: str = ""
    on: tuple[str, ...] = ()


_Ask = Callable[["Connection"], Iterator[Any]]
_AskOf = Callable[["Connection", str], Iterator[Any]]

# service, kind, how to list all of it in the whole cloud: what may stand on what is another's, or is listed by no
# project. Neutron is never asked for one project's groups: the question alone would make a default group, even for a
# project that is gone.
_EVERYWHERE: Final[tuple[tuple[str, str, _Ask], ...]] = (
    ("compute", "anti-affinity", lambda c: c.compute.server_groups(all_projects=True)),
    ("network", "subnet", lambda c: c.network.subnets()),
    ("network", "port", lambda c: c.network.ports()),
    ("network", "security-group", lambda c: c.network.security_groups()),
)
# what stands in its own project alone
_INSIDE: Final[tuple[tuple[str, str, _AskOf], ...]] = (
    ("compute", "server", lambda c, p: c.compute.servers(details=True, all_projects=True, project_id=p)),
    ("volume", "volume", lambda c, p: c.block_storage.volumes(details=True, all_projects=True, project_id=p)),
    ("network", "network", lambda c, p: c.network.networks(project_id=p)),
    ("network", "router", lambda c, p: c.network.routers(project_id=p)),
    ("network", "floating-ip", lambda c, p: c.network.ips(project_id=p)),
)


def inventory(cloud: Cloud, projects: Collection[str]) -> list[Thing]:
    """Everything that keeps the projects (ids) from being emptied, sorted.

    What is in them, what stands on that whoever owns it, and the shares that let these projects see something.
    """
    wanted = set(projects)
    if not wanted:
        return []

    def everywhere(question: tuple[str, str, _Ask]) -> list[Thing]:
        service, kind, ask = question
        found = cloud.call(lambda: list(ask(cloud.connection)))
        return [_thing(service, kind, one, str(one.project_id)) for one in found]

    def inside(question: tuple[tuple[str, str, _AskOf], str]) -> list[Thing]:
        (service, kind, ask), project = question
        found = cloud.call(lambda: list(ask(cloud.connection, project)))
        return [_thing(service, kind, one, project) for one in found]

    def foreign(project: str) -> list[Thing]:
        return [
            _thing(service, kind, one, project)
            for service, kind, ask in FOREIGN
            for one in cloud.call(partial(listed, cloud, project, ask))
        ]

    with ThreadPoolExecutor(THREADS) as pool:
        asked = [
            *pool.map(everywhere, _EVERYWHERE),
            *pool.map(inside, itertools.product(_INSIDE, wanted)),
            *pool.map(foreign, wanted),
        ]
        shares = cloud.call(lambda: list(cloud.connection.network.rbac_policies()))
    found = hindering((thing for things in asked for thing in things), wanted)
    found += [
        Thing("network", "share", s.id, f"{s.object_type} {s.object_id}", str(s.target_project_id))
        for s in shares
        if s.target_project_id in wanted
    ]
    return sorted(found)


def hindering(things: Iterable[Thing], projects: Collection[str]) -> list[Thing]:
    """Of all things those in the projects, and those of others that stand on one of these. Pure."""
    known = list(things)
    ours = {thing.id for thing in known if thing.project in projects}
    return [thing for thing in known if thing.project in projects or not ours.isdisjoint(thing.on)]


def neutrons_own(thing: Thing) -> bool:
    """The default group, and ports that gateways, DHCP and the metadata service have: they go with what they serve.

    A router's leg does not: whoever plugged it in must unplug it.
    """
    if thing.kind == "security-group":
        return thing.name == "default"
    return thing.kind == "port" and thing.owner.startswith("network:") and thing.owner not in LEGS


def _thing(service: str, kind: str, found: Any, project: str) -> Thing:
    owner, on = "", [getattr(found, "network_id", None)]
    if kind == "port":
        owner = str(found.device_owner or "")
        on += [*(found.security_group_ids or ()), found.device_id if owner in LEGS else None]
    return Thing(service, kind, found.id, str(found.name or ""), project, owner, tuple(filter(None, on)))


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
