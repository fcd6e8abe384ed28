"""GC-DAT-001: all data is graded."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import Subject
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok
from govcloud.request.topology import GRADES


def _request(subject: Subject) -> Iterator[Answer]:
    grades = subject.declaration.grades
    if not grades:
        yield fail("data", "none")
    for key, grade in grades.items():
        on = f"data.{key}"
        yield ok(on) if grade in GRADES else fail(on, "ungraded", grade=grade)


RULE = Rule(
    id="GC-DAT-001",
    framework="GB/T 43697-2024; 数据安全法",
    clause="第二十一条",
    clause_certainty="certain",
    obligation="应",
    mapping="direct",
    severity="high",
    title=Words("每项数据都已分级", "every body of data is graded"),
    remedy=Words(
        "写 core（核心）、important（重要）或 general（一般）；拿不准的从严",
        "write core, important or general; when in doubt, the stricter",
    ),
    reasons={
        "none": Words("没有写明任何数据的级别", "no data is graded at all"),
        "ungraded": Words("{on} 的级别 {grade} 不在三级之中", "{on} has the grade {grade}, which is none of the three"),
    },
    request=_request,
)
