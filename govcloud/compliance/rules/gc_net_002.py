"""GC-NET-002: nothing is shared with another tenancy by RBAC."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import Subject, known
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok


def _plan(subject: Subject) -> Iterator[Answer]:
    for policy in known(subject.built.rbac, "rbac"):
        if policy.target == "*":
            yield fail(policy.name, "everyone", type=policy.object_type, object=policy.object)
        elif not policy.approved:
            yield fail(policy.name, "foreign", type=policy.object_type, object=policy.object, target=policy.target)
        else:
            yield ok(policy.name)


RULE = Rule(
    id="GC-NET-002",
    framework="GB/T 22239-2019",
    clause="8.2.2.1 b); 7.2.2.1 b)",
    clause_certainty="likely",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("没有向其他租户开放的 RBAC 策略", "no RBAC policy opens anything to another tenancy"),
    remedy=Words("删除这条 RBAC 策略", "delete the RBAC policy"),
    reasons={
        "everyone": Words("{type} {object} 共享给了所有项目", "the {type} {object} is shared with every project"),
        "foreign": Words(
            "{type} {object} 共享给了未经批准的项目 {target}",
            "the {type} {object} is shared with project {target}, which nobody approved",
        ),
    },
    plan=_plan,
    levels=(2, 3),
    isolates=True,
)
