"""GC-SG-002: management ports are not open to the world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from govcloud.compliance.model import Subject
from govcloud.compliance.reach import ANY, Share, exposures, judged
from govcloud.compliance.rule import Answer, Rule, Words

# ssh, telnet, rdp, vnc, winrm, snmp, docker, etcd, kubernetes, rpc, netbios, smb, r-services, rsync
MANAGEMENT: Final = (
    (22, 22),
    (23, 23),
    (111, 111),
    (135, 135),
    (139, 139),
    (161, 161),
    (445, 445),
    (512, 514),
    (873, 873),
    (2375, 2376),
    (2379, 2380),
    (3389, 3389),
    (5900, 5999),
    (5985, 5986),
    (6443, 6443),
    (10250, 10250),
)


def _plan(subject: Subject) -> Iterator[Answer]:
    return judged(exposures(subject.built), _opened, told_as="ports")


def _opened(share: Share) -> Iterator[str]:
    """The management ports that the world may reach."""
    ranges = [(o.first, o.last) for o in share.openings if o.protocol in (ANY, "tcp", "udp")]
    for first, last in MANAGEMENT:
        if any(first <= high and low <= last for low, high in ranges):
            yield str(first) if first == last else f"{first}-{last}"


RULE = Rule(
    id="GC-SG-002",
    framework="GB/T 22239-2019",
    clause="8.1.4.4 b), c); 7.1.4.4 b), c)",
    clause_certainty="certain",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("管理端口不对任意地址开放", "management ports are not open to just any address"),
    remedy=Words(
        "from 写成堡垒机或运维网段，例如 cidr/100.64.1.0/28",
        "write the bastion or the operations range as from, as in cidr/100.64.1.0/28",
    ),
    reasons={
        "open": Words("{on} 对任意地址开放管理端口 {ports}", "{on} opens management ports {ports} to the world"),
        "together": Words(
            "{on} 的这条与另外 {more} 条访问关系合起来，对任意地址开放管理端口 {ports}",
            "this and {more} more flows of {on} together open management ports {ports} to the world",
        ),
    },
    plan=_plan,
    levels=(2, 3),
    isolates=True,
)
