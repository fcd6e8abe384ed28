"""GC-ZONE-006: zones talk through the exchange only."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import Declaration, DeclaredFlow, Resources, Router, SecurityGroup, Subject, each, known
from govcloud.compliance.reach import POOLS, crosses, meets_other_zone, zones_met
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok
from govcloud.request.ends import End


def _request(subject: Subject) -> Iterator[Answer]:
    return each(subject.declaration.flows, lambda flow: _flow(flow, subject.declaration))


def _flow(flow: DeclaredFlow, declaration: Declaration) -> Iterator[Answer]:
    from_zones = _zones(flow.from_, flow.from_zone, flow.to_zone, declaration)
    to_zones = _zones(flow.to, flow.to_zone, flow.from_zone, declaration)
    if not from_zones or not to_zones:
        return
    sources = [known(zone, f"{flow.key}.from: zone") for zone in from_zones]
    targets = [known(zone, f"{flow.key}.to: zone") for zone in to_zones]
    if len({*sources, *targets}) == 1:
        return
    if flow.via_exchange:
        yield ok(flow.key)
    else:
        yield fail(flow.key, "declared", source=_but(sources, targets), target=_but(targets, sources))


def _zones(end: End, zone: str | None, other: str | None, declaration: Declaration) -> tuple[str, ...]:
    """The zones an end lies in: its own, or all that a range meets as seen from the other end."""
    if end.kind == "cidr":
        return zones_met([end.name], other, known(declaration.pools, POOLS))
    return () if zone is None else (zone,)


def _but(zones: list[str], others: list[str]) -> str:
    """The zones, without the one where both ends meet rightly, but for the end that lies in nothing else."""
    return ", ".join(zone for zone in zones if len(zones) == 1 or zone not in others)


def _plan(subject: Subject) -> Iterator[Answer]:
    for network in known(subject.built.networks, "networks"):
        known(network.zone, f"{network.name}.zone")
    return each(_things(subject.built), lambda thing: _thing(thing, subject))


def _things(built: Resources) -> Iterator[SecurityGroup | Router]:
    yield from known(built.groups, "groups")
    yield from known(built.routers, "routers")


def _thing(thing: SecurityGroup | Router, subject: Subject) -> Iterator[Answer]:
    if isinstance(thing, Router):
        zone = known(thing.external, f"{thing.name}.external")
        ways = [route.destination for route in known(thing.routes, f"{thing.name}.routes")]
        found = {"": [way for way in ways if meets_other_zone([way], zone, subject)]}
    else:
        zones = {subject.built.network(port.network).zone for port in subject.built.members(thing.name)}
        rules = known(thing.rules, f"{thing.name}.rules")
        direct = [rule for rule in rules if any(crosses(rule, zone, subject) for zone in zones)]
        flows = dict.fromkeys(flow for rule in direct for flow in rule.flows or ("",))
        found = {flow: [rule.name for rule in direct if flow in (rule.flows or ("",))] for flow in flows}
    reason = "route" if isinstance(thing, Router) else "direct"
    for flow, what in found.items():
        if what:
            yield fail(thing.name, reason, key=flow, what=", ".join(what))
    if not any(found.values()):
        yield ok(thing.name)


RULE = Rule(
    id="GC-ZONE-006",
    framework="GW0013-2017; GB/T 39477-2020",
    clause="",
    clause_certainty="unsure",
    obligation="应",
    mapping="proxy",
    severity="high",
    title=Words("跨分区的访问都经过安全隔离交换", "zones talk to each other through the exchange only"),
    remedy=Words(
        "在这条访问关系上写 via: exchange；province.yaml 的基线访问则只写该服务自己的地址",
        "write via: exchange on the flow; of a baseline flow in province.yaml, the addresses of the service alone",
    ),
    reasons={
        "declared": Words(
            "{on} 从 {source} 直通 {target}，没有经过交换", "{on} goes from {source} to {target} around the exchange"
        ),
        "direct": Words("安全组 {on} 直通另一分区：{what}", "the group {on} reaches into another zone: {what}"),
        "route": Words("路由器 {on} 通往另一分区：{what}", "the router {on} leads into another zone: {what}"),
    },
    request=_request,
    plan=_plan,
    levels=(2, 3),
    isolates=True,
)
