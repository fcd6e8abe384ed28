"""Which flows of a request let the internet in: one by itself, or several that name the world piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from govcloud.compliance.model import Declaration, DeclaredFlow, Resources, SecurityRule
from govcloud.compliance.reach import INTERNET, Exposure, opens_world, shares_of

_NONE_BUILT: Final = Resources(projects=())


def from_internet(flow: DeclaredFlow) -> bool:
    """Does a flow come from the internet, by name or by a range that is the world?"""
    return flow.from_ == INTERNET or (flow.from_.kind == "cidr" and opens_world([flow.from_.name]))


def together(declaration: Declaration) -> Iterator[Exposure]:
    """What flows let in only together, by server (a service goes by its name) and port, as the cloud would have it."""
    pieces = [flow for flow in declaration.flows if flow.from_.kind == "cidr" and not from_internet(flow)]
    for server in dict.fromkeys(server for flow in pieces for server in _reached(flow)):
        rules = [rule for flow in pieces if server in _reached(flow) for rule in _rules(flow)]
        if shares := shares_of(rules, _NONE_BUILT):
            yield Exposure(server, shares, used=True)


def _reached(flow: DeclaredFlow) -> Iterable[str]:
    return flow.servers or (str(flow.to),)


def _rules(flow: DeclaredFlow) -> Iterator[SecurityRule]:
    for port in flow.ports:
        yield SecurityRule(
            name=flow.key,
            direction="ingress",
            protocol=port.protocol,
            first=port.first,
            last=port.last,
            prefixes=(flow.from_.name,),
            flows=(flow.key,),
        )
