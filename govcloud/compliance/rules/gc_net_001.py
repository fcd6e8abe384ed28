"""GC-NET-001: no network is shared."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import Network, Subject, each, known
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok


def _plan(subject: Subject) -> Iterator[Answer]:
    return each(known(subject.built.networks, "networks"), _network)


def _network(network: Network) -> Iterator[Answer]:
    shared = known(network.shared, f"{network.name}.shared")
    yield fail(network.name, "shared") if shared else ok(network.name)


RULE = Rule(
    id="GC-NET-001",
    framework="GB/T 22239-2019",
    clause="8.2.2.1 b); 7.2.2.1 b)",
    clause_certainty="likely",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("租户网络不共享", "the tenancy's networks are not shared"),
    remedy=Words("取消共享；要给别的系统用，发布成服务", "stop sharing it; what others use is published as a service"),
    reasons={"shared": Words("网络 {on} 向所有租户共享", "the network {on} is shared with every tenant")},
    plan=_plan,
    levels=(2, 3),
    isolates=True,
)
