"""GC-NET-003: no router joins two tenancies."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from govcloud.compliance.model import Resources, Router, Subject, each, known
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok


def _plan(subject: Subject) -> Iterator[Answer]:
    return each(known(subject.built.routers, "routers"), lambda router: _router(router, subject.built))


def _router(router: Router, built: Resources) -> Iterator[Answer]:
    legs = known(router.interfaces, f"{router.name}.interfaces")
    foreign = [leg.subnet for leg in legs if leg.project not in built.projects]
    routes = known(router.routes, f"{router.name}.routes")
    outward = [f"{route.destination} > {route.next_hop}" for route in routes if not _ours(route.next_hop, built)]
    if foreign:
        yield fail(router.name, "foreign", subnets=", ".join(foreign))
    if outward:
        yield fail(router.name, "outward", routes=", ".join(outward))
    if not foreign and not outward:
        yield ok(router.name)


def _ours(address: str, built: Resources) -> bool:
    """Does the address lie in a network of the tenancy?"""
    networks = known(built.networks, "networks")
    cidrs = [cidr for network in networks for cidr in known(network.cidrs, f"{network.name}.cidrs")]
    return any(ip_address(address) in ip_network(cidr) for cidr in cidrs)


RULE = Rule(
    id="GC-NET-003",
    framework="GB/T 22239-2019",
    clause="8.2.2.1 b); 7.2.2.1 b)",
    clause_certainty="likely",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("路由器不串接两个租户", "no router joins the networks of two tenancies"),
    remedy=Words(
        "拆除外来的接口和路由，每个云上系统各用自己的路由器",
        "remove the foreign leg or route; each tenancy has routers of its own",
    ),
    reasons={
        "foreign": Words(
            "路由器 {on} 接入了别的租户的子网 {subnets}", "the router {on} has a leg in {subnets}, not ours"
        ),
        "outward": Words(
            "路由器 {on} 的下一跳不在本租户网段内：{routes}",
            "next hops of the router {on} lie outside our networks: {routes}",
        ),
    },
    plan=_plan,
    levels=(2, 3),
    isolates=True,
)
