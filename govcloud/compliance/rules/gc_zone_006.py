"""GC-ZONE-006: zones talk through the exchange only."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import DeclaredFlow, Resources, Router, SecurityGroup, Subject, each, known
from govcloud.compliance.reach import crosses, meets_other_zone
from govcloud.compliance.rule import Answer, Rule, Words, fail, not_applicable, ok


def _request(subject: Subject) -> Iterator[Answer]:
    return each(subject.declaration.flows, _flow)


def _flow(flow: DeclaredFlow) -> Iterator[Answer]:
    if flow.from_zone is None or flow.to_zone is None:
        return
    source = known(flow.from_zone, f"{flow.key}.from: zone")
    target = known(flow.to_zone, f"{flow.key}.to: zone")
    if source != target:
        yield ok(flow.key) if flow.via_exchange else fail(flow.key, "declared", source=source, target=target)


def _plan(subject: Subject) -> Iterator[Answer]:
    built = subject.built
    zones = {known(network.zone, f"{network.name}.zone") for network in known(built.networks, "networks")}
    if len(zones) < 2:
        yield not_applicable("alone")
    else:
        yield from each(_things(built), lambda thing: _thing(thing, built))


def _things(built: Resources) -> Iterator[SecurityGroup | Router]:
    yield from known(built.groups, "groups")
    yield from known(built.routers, "routers")


def _thing(thing: SecurityGroup | Router, built: Resources) -> Iterator[Answer]:
    if isinstance(thing, Router):
        zone = known(thing.external, f"{thing.name}.external")
        ways = [route.destination for route in known(thing.routes, f"{thing.name}.routes")]
        direct = [way for way in ways if meets_other_zone([way], zone, built)]
    else:
        zones = {built.network(port.network).zone for port in built.members(thing.name)}
        rules = known(thing.rules, f"{thing.name}.rules")
        direct = [rule.name for rule in rules if any(crosses(rule, zone, built) for zone in zones)]
    reason = "route" if isinstance(thing, Router) else "direct"
    yield fail(thing.name, reason, what=", ".join(direct)) if direct else ok(thing.name)


RULE = Rule(
    id="GC-ZONE-006",
    framework="GW0013-2017; GB/T 39477-2020",
    clause="",
    clause_certainty="unsure",
    obligation="应",
    mapping="proxy",
    severity="high",
    title=Words("跨分区的访问都经过安全隔离交换", "zones talk to each other through the exchange only"),
    remedy=Words("在这条访问关系上写 via: exchange", "write via: exchange on the flow"),
    reasons={
        "declared": Words(
            "{on} 从 {source} 直通 {target}，没有经过交换", "{on} goes from {source} to {target} around the exchange"
        ),
        "direct": Words("安全组 {on} 直通另一分区：{what}", "the group {on} reaches into another zone: {what}"),
        "route": Words("路由器 {on} 通往另一分区：{what}", "the router {on} leads into another zone: {what}"),
        "alone": Words("全部网络在同一分区", "all networks lie in one zone"),
    },
    request=_request,
    plan=_plan,
    levels=(2, 3),
)
