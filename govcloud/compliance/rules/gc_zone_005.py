"""GC-ZONE-005: only 80 and 443 face the internet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from govcloud.compliance.inward import from_internet, together
from govcloud.compliance.model import FloatingIp, Resources, Subject, each, known
from govcloud.compliance.reach import Share, judged, port_shares, told_with
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok

ALLOWED: Final = frozenset({("tcp", 80, 80), ("tcp", 443, 443)})


def _request(subject: Subject) -> Iterator[Answer]:
    for flow in filter(from_internet, subject.declaration.flows):
        others = [port for port in flow.ports if (port.protocol, port.first, port.last) not in ALLOWED]
        yield fail(flow.key, "declared", ports=", ".join(map(str, others))) if others else ok(flow.key)
    yield from judged(together(subject.declaration), _others, told_as="ports")


def _plan(subject: Subject) -> Iterator[Answer]:
    addresses = known(subject.built.floating_ips, "floating_ips")
    return each(addresses, lambda address: _address(address, subject.built))


def _address(address: FloatingIp, built: Resources) -> Iterator[Answer]:
    if address.port is None:
        return
    port = built.port(address.port)
    if not known(port.port_security, f"{port.name}.port_security"):
        yield fail(address.name, "unfiltered", port=port.name)
        return
    found = [(share, ports) for share in port_shares(port, built) if (ports := ", ".join(_others(share)))]
    for share, ports in found:
        reason, more = told_with(share, "open")
        yield fail(address.name, reason, key=share.flow, port=port.name, ports=ports, **more)
    if not found:
        yield ok(address.name)


def _others(share: Share) -> Iterator[str]:
    return (str(opening) for opening in share.openings if opening not in ALLOWED)


RULE = Rule(
    id="GC-ZONE-005",
    framework="GB/T 22239-2019",
    clause="8.1.4.4 b); 7.1.4.4 b)",
    clause_certainty="likely",
    obligation="应",
    mapping="proxy",
    severity="high",
    title=Words("对互联网只开放 80、443 端口", "only ports 80 and 443 face the internet"),
    remedy=Words(
        "改由 443/tcp 发布；确需其他端口的，申请有期限的豁免", "publish on 443/tcp; other ports need a dated waiver"
    ),
    reasons={
        "declared": Words("{on} 对互联网开放 {ports}", "{on} opens {ports} to the internet"),
        "open": Words(
            "{port} 有公网地址，对任意地址开放 {ports}", "{port} has a public address and opens {ports} to the world"
        ),
        "together": Words(
            "{on}：这条与另外 {more} 条访问关系合起来，对互联网开放 {ports}",
            "{on}: this and {more} more flows together open {ports} to the internet",
        ),
        "unfiltered": Words(
            "{port} 有公网地址而关闭了端口安全，全部端口可达",
            "{port} has a public address and no port security: every port is open",
        ),
    },
    request=_request,
    plan=_plan,
    levels=(2, 3),
    isolates=True,
)
