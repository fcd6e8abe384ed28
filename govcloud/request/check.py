"""What the types cannot say: days, people and numbers that fit each other."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.errors import Problem
from govcloud.request.decode import dotted
from govcloud.request.iaas import MAX_MACHINES
from govcloud.request.model import Request
from govcloud.request.source import Path_, Source
from govcloud.request.topology import machine_count

Finding = tuple[str, Path_, dict[str, object]]


def check(request: Request, source: Source) -> list[Problem]:
    """Everything that does not fit together."""
    return [
        Problem(code, {"key": dotted(path), **params}, source.place(path), dotted(path))
        for code, path, params in (*_dates(request), *_people(request), *_machines(request), *_rooms(request))
    ]


def _dates(request: Request) -> Iterator[Finding]:
    if request.start and request.until < request.start:
        yield "input.ends-before-start", ("until",), {"start": request.start}


def _people(request: Request) -> Iterator[Finding]:
    """Who audits the administrators is none of them."""
    people = request.people
    for role in ("system_admin", "security_admin"):
        if people.auditor is not None and people.auditor == getattr(people, role):
            yield "input.own-auditor", ("people", "auditor"), {"name": people.auditor, "role": role}
            return


def _machines(request: Request) -> Iterator[Finding]:
    total = sum(server.count for server in request.iaas.servers.values())
    if total > MAX_MACHINES:
        yield "input.too-many-machines", ("iaas", "servers"), {"count": total, "limit": MAX_MACHINES}


def _rooms(request: Request) -> Iterator[Finding]:
    """Networks with fewer addresses than machines."""
    networks = request.iaas.networks
    for key, network in networks.items():
        needed = machine_count(request.iaas.servers, key, len(networks) == 1)
        if needed > network.hosts:
            yield "input.network-too-small", ("iaas", "networks", key, "hosts"), {"needed": needed, "name": key}
