"""GC-LVL-004: classified systems and level 4 stay off the shared cloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from govcloud.compliance.model import UNKNOWN, Subject, known
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok

CEILING: Final = 3


def _request(subject: Subject) -> Iterator[Answer]:
    classified = "system.classified"
    yield fail(classified, "classified") if subject.declaration.classified else ok(classified)
    grade = known(subject.declaration.grade or UNKNOWN, "system.mlps")
    yield fail("system.mlps", "grade", grade=grade) if grade > CEILING else ok("system.mlps")


RULE = Rule(
    id="GC-LVL-004",
    framework="宿迁市政务云管理暂行办法（宿政办发〔2022〕58号）",
    clause="第五条",
    clause_certainty="certain",
    obligation="policy",
    mapping="direct",
    severity="critical",
    title=Words(
        "涉密系统和四级及以上系统不上共享云", "classified systems and level 4 or higher stay off the shared cloud"
    ),
    remedy=Words(
        "不予受理；四级系统须有独立的资源池", "refuse it; a level 4 system needs a pool of hosts that is its own"
    ),
    reasons={
        "classified": Words("系统涉及国家秘密", "the system holds state secrets"),
        "grade": Words("系统为 {grade} 级", "the system is of level {grade}"),
    },
    request=_request,
)
