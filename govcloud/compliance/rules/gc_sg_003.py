"""GC-SG-003: no group takes everything from the world; what may go out is no matter of this rule."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import Subject
from govcloud.compliance.reach import ICMP, Share, exposures, judged
from govcloud.compliance.rule import Answer, Rule, Words


def _plan(subject: Subject) -> Iterator[Answer]:
    return judged(exposures(subject.built), _whole, told_as="what")


def _whole(share: Share) -> Iterator[str]:
    # ICMP has no ports to name
    return (str(o) for o in share.openings if o.whole and o.protocol not in ICMP)


RULE = Rule(
    id="GC-SG-003",
    framework="GB/T 22239-2019",
    clause="8.1.3.2 a); 7.1.3.2 a)",
    clause_certainty="likely",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("不接受任意地址的全通访问", "nothing takes all protocols or ports from just any address"),
    remedy=Words(
        "写明协议、端口和来源，例如 ports: [443/tcp]", "name protocol, ports and source, as in ports: [443/tcp]"
    ),
    reasons={
        "open": Words("{on} 对任意地址全部开放：{what}", "{on} opens all of it to the world: {what}"),
        "together": Words(
            "{on} 的这条与另外 {more} 条访问关系合起来，对任意地址全部开放：{what}",
            "this and {more} more flows of {on} together open all of it to the world: {what}",
        ),
    },
    plan=_plan,
    levels=(2, 3),
    isolates=True,
)
