"""What the types cannot say: references that lead somewhere, numbers that fit each other."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from typing import get_args

from govcloud.errors import Problem
from govcloud.request.decode import dotted
from govcloud.request.ends import End
from govcloud.request.flows import Flow
from govcloud.request.iaas import MAX_MACHINES, ZoneName
from govcloud.request.model import Request
from govcloud.request.source import Path_, Source
from govcloud.request.topology import DEFAULT_NETWORK, machine_count

ZONES = get_args(ZoneName)


def check(request: Request, source: Source) -> list[Problem]:
    """Everything that does not fit together, in the order of the file."""
    found = [
        Problem(code, {"key": dotted(path), **params}, source.place(path, key=code.endswith("-key")), dotted(path))
        for code, path, params in (
            *_dates(request),
            *_names(request),
            *_machines(request),
            *_networks(request),
            *_holds(request),
            *_flows(request),
        )
    ]
    return sorted(found, key=lambda p: p.place or source.place(()))


Finding = tuple[str, Path_, dict[str, object]]


def _dates(request: Request) -> Iterator[Finding]:
    if request.start and request.until < request.start:
        yield "input.ends-before-start", ("until",), {"start": request.start}


def _names(request: Request) -> Iterator[Finding]:
    """Servers, services and applications share one namespace, for flows name them."""
    taken = {key: f"iaas.servers.{key}" for key in request.iaas.servers}
    for path in (*(("paas", key) for key in request.paas), *(("saas", "apps", key) for key in request.saas.apps)):
        if path[-1] in taken:
            yield "input.taken-key", path, {"name": path[-1], "other": taken[path[-1]]}
        taken.setdefault(path[-1], dotted(path))


def _machines(request: Request) -> Iterator[Finding]:
    total = sum(server.count for server in request.iaas.servers.values())
    if total > MAX_MACHINES:
        yield "input.too-many-machines", ("iaas", "servers"), {"count": total, "limit": MAX_MACHINES}


def _networks(request: Request) -> Iterator[Finding]:
    networks = _network_names(request)
    users: list[tuple[Path_, str | None]] = [
        (("iaas", "servers", key), server.network) for key, server in request.iaas.servers.items()
    ]
    for path, name in users:
        if name is None and len(networks) > 1:
            yield "input.which-network", path, {"name": path[-1], "known": ", ".join(networks)}
    users += [(("paas", key), service.network) for key, service in request.paas.items()]
    for path, name in users:
        if name is not None and name not in networks:
            yield _unknown("input.no-such-network", (*path, "network"), name, networks)
    for key, network in request.iaas.networks.items():
        needed = machine_count(request.iaas.servers, key, len(networks) == 1)
        if needed > network.hosts:
            yield "input.network-too-small", ("iaas", "networks", key, "hosts"), {"needed": needed, "name": key}


def _network_names(request: Request) -> tuple[str, ...]:
    return tuple(request.iaas.networks) or (DEFAULT_NETWORK,)


def _holds(request: Request) -> Iterator[Finding]:
    holders: list[tuple[Path_, tuple[str, ...]]] = [
        (("iaas", "servers", server_key, "volumes", key, "holds"), volume.holds)
        for server_key, server in request.iaas.servers.items()
        for key, volume in server.volumes.items()
    ]
    holders += [(("paas", key, "holds"), service.holds) for key, service in request.paas.items()]
    for path, names in holders:
        for index, name in enumerate(names):
            if name not in request.data:
                yield _unknown("input.no-such-data", (*path, index), name, request.data)


def _flows(request: Request) -> Iterator[Finding]:
    keys = {*request.iaas.servers, *request.paas, *request.saas.apps}
    networks = _network_names(request)
    for key, service in request.paas.items():
        if service.to and service.to.partition("/")[0] not in keys:
            yield _unknown("input.no-such-key", ("paas", key, "to"), service.to.partition("/")[0], keys)
    for index, flow in enumerate(request.flows):
        for side, end in (("from", flow.from_), ("to", flow.to)):
            yield from _end(("flows", index, side), end, keys, networks)
        yield from _whole_flow(("flows", index), flow)


def _end(path: Path_, end: End, keys: Collection[str], networks: Collection[str]) -> Iterator[Finding]:
    if end.kind == "key" and end.name not in keys:
        yield _unknown("input.no-such-key", path, end.name, keys)
    elif end.kind == "network" and end.name not in networks:
        yield _unknown("input.no-such-network", path, end.name, networks)
    elif end.kind == "zone" and end.name not in ZONES:
        yield _unknown("input.no-such-zone", path, end.name, ZONES)


def _whole_flow(path: Path_, flow: Flow) -> Iterator[Finding]:
    own = ("key", "network")
    if flow.from_.kind not in own and flow.to.kind not in own:
        yield "input.foreign-flow", path, {}
    elif flow.from_ == flow.to and flow.from_.kind == "network":
        # machines of one server may well talk to each other; a whole network open to itself is no flow
        yield "input.flow-to-itself", path, {}


def _unknown(code: str, path: Path_, name: str, known: Collection[str]) -> Finding:
    near = difflib.get_close_matches(name, known, n=2) or sorted(known)
    return code, path, {"name": name, "near": ", ".join(near)}
