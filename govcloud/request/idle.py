"""Flows of which nothing would be built, as far as the request alone tells.

A rule may refuse such a flow first and say it better; but rules can be waived, and a waiver opens no way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from govcloud.errors import Problem
from govcloud.request.decode import dotted
from govcloud.request.ends import End
from govcloud.request.flows import Flow
from govcloud.request.load import Loaded
from govcloud.request.model import Request
from govcloud.request.topology import Topology, topology


def idle(loaded: Loaded, told: Collection[str]) -> Iterator[Problem]:
    """One for each such flow, but for those whose path is among `told`."""
    request, placed = loaded.request, topology(loaded.request)
    for index, flow in enumerate(request.flows):
        path = ("flows", index)
        key = dotted(path)
        ends = (flow.from_, flow.to)
        if key in told or any(_is_service(request, end) for end in ends):
            continue
        if across := _zones_apart(placed, flow):
            yield Problem("plan.flow-across", {"on": key, **across}, loaded.place(path), key)
        elif not any(_has_servers(request, placed, end) for end in ends):
            networks = ", ".join(end.name for end in ends if end.kind == "network")
            yield Problem("plan.flow-without-server", {"on": key, "networks": networks}, loaded.place(path), key)


def _has_servers(request: Request, placed: Topology, end: End) -> bool:
    """Does a server of ours stand there, or a service, whose layer says for itself whether it can be built?"""
    services = (service.network for service in request.paas.values())
    return bool(placed.servers_at(end)) or (end.kind == "network" and any(on in (None, end.name) for on in services))


def _zones_apart(placed: Topology, flow: Flow) -> dict[str, str] | None:
    """Both ends with their zones, where these differ and nothing leads from one to the other."""
    here, there = placed.zone_at(flow.from_), placed.zone_at(flow.to)
    if flow.via is not None or here is None or there is None or here == there:
        return None
    return {"source": str(flow.from_), "here": here, "target": str(flow.to), "there": there}


def _is_service(request: Request, end: End) -> bool:
    return end.kind == "key" and end.name not in request.iaas.servers
