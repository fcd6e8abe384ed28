"""GC-SG-001: every port has a security group of its own choice."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import Port, Subject, each, known
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok


def _plan(subject: Subject) -> Iterator[Answer]:
    return each(known(subject.built.ports, "ports"), _port)


def _port(port: Port) -> Iterator[Answer]:
    groups = known(port.groups, f"{port.name}.groups")
    if not groups:
        yield fail(port.name, "none")
    elif set(groups) == {"default"}:
        # what Neutron puts on a port that names none
        yield fail(port.name, "default")
    elif not known(port.port_security, f"{port.name}.port_security"):
        yield fail(port.name, "unfiltered")
    else:
        yield ok(port.name)


RULE = Rule(
    id="GC-SG-001",
    framework="GB/T 22239-2019",
    clause="8.1.3.2 a); 7.1.3.2 a); 8.2.3.1 a); 7.2.3.1 a)",
    clause_certainty="likely",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("每个端口都有安全组，默认拒绝", "every port has a security group: closed by default"),
    remedy=Words("给端口加上所属服务器的安全组", "put the group of its server on the port"),
    reasons={
        "none": Words("端口 {on} 没有安全组", "the port {on} has no security group"),
        "default": Words("端口 {on} 只有 default 安全组", "the port {on} has nothing but the default group"),
        "unfiltered": Words(
            "端口 {on} 关闭了端口安全，安全组不起作用", "the port {on} has port security off, so its groups do nothing"
        ),
    },
    plan=_plan,
    levels=(2, 3),
    isolates=True,
)
