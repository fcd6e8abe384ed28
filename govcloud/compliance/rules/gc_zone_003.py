"""GC-ZONE-003: public addresses only in the internet zone, and only when declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from govcloud.compliance.inward import from_internet, together
from govcloud.compliance.model import DeclaredFlow, FloatingIp, Port, Subject, each, known
from govcloud.compliance.reach import Exposure
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok
from govcloud.request.ends import End


def _request(subject: Subject) -> Iterator[Answer]:
    flows = {flow.key: flow for flow in subject.declaration.flows}

    def look(thing: DeclaredFlow | Exposure) -> Iterator[Answer]:
        return _flow(thing) if isinstance(thing, DeclaredFlow) else _exposed(thing, flows)

    things: list[DeclaredFlow | Exposure] = [*filter(from_internet, flows.values()), *together(subject.declaration)]
    return each(things, look)


def _flow(flow: DeclaredFlow) -> Iterator[Answer]:
    inside = _zone(flow) == "internet"
    yield ok(flow.key) if inside else fail(flow.key, "inward", to=str(flow.to), zone=_zone(flow))


def _exposed(server: Exposure, flows: Mapping[str, DeclaredFlow]) -> Iterator[Answer]:
    outside = [share for share in server.shares if _zone(flows[share.flow]) != "internet"]
    for share in outside:
        yield fail(server.on, "together", key=share.flow, more=share.more, zone=_zone(flows[share.flow]))
    if not outside:
        yield ok(server.on)


def _zone(flow: DeclaredFlow) -> str:
    return known(flow.to_zone, f"{flow.key}.to: zone") or "-"


def _plan(subject: Subject) -> Iterator[Answer]:
    addresses = known(subject.built.floating_ips, "floating_ips")
    return each(addresses, lambda address: _address(address, subject))


def _address(address: FloatingIp, subject: Subject) -> Iterator[Answer]:
    port = subject.built.port(address.port) if address.port is not None else None
    zones = [known(address.zone, f"{address.name}.zone")]
    if port is not None:
        zones.append(known(subject.built.network(port.network).zone, f"{port.network}.zone"))
    outside = [zone for zone in zones if zone != "internet"]
    if outside:
        yield fail(address.name, "zone", zone=outside[0])
    elif port is None:
        yield fail(address.name, "idle")
    else:
        yield ok(address.name) if _declared(port, subject) else fail(address.name, "undeclared", port=port.name)


def _declared(port: Port, subject: Subject) -> bool:
    """Does a flow from the internet end at the port's server or service, or at its network?"""
    owner = port.server or ""
    ends = (End("key", subject.declaration.machines.get(owner, owner)), End("network", port.network))
    return any(from_internet(flow) and flow.to in ends for flow in subject.declaration.flows)


RULE = Rule(
    id="GC-ZONE-003",
    framework="GB/T 22239-2019",
    clause="8.1.3.1 a); 7.1.3.1 a)",
    clause_certainty="likely",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("公网地址只在互联网接入区，且须申报", "public addresses stay in the internet zone and are declared"),
    remedy=Words(
        "面向互联网的服务放在 zone: internet 的网络上，并写一条 from: zone/internet；多余的公网地址收回",
        "put what faces the internet on a network of zone internet, with a flow from: zone/internet; release the rest",
    ),
    reasons={
        "inward": Words("互联网直达 {to}，它在网络分区 {zone}", "the internet reaches {to}, which lies in zone {zone}"),
        "together": Words(
            "这条与另外 {more} 条访问关系合起来，使互联网直达 {on}，它在网络分区 {zone}",
            "this and {more} more flows together let the internet reach {on}, which lies in zone {zone}",
        ),
        "zone": Words("公网地址 {on} 在网络分区 {zone}", "the public address {on} lies in zone {zone}"),
        "idle": Words("公网地址 {on} 没有使用", "the public address {on} is attached to nothing"),
        "undeclared": Words("{port} 有公网地址而没有申报", "{port} has a public address that no flow declares"),
    },
    request=_request,
    plan=_plan,
    levels=(2, 3),
    isolates=True,
)
