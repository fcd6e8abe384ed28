"""GC-LVL-001: the protection level is stated, with its reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator

from govcloud.compliance.model import Declaration, Subject
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok


def _request(subject: Subject) -> Iterator[Answer]:
    declared = subject.declaration
    if _well_formed(declared.level):
        yield ok("system.mlps")
    else:
        yield fail("system.mlps", "form", level=declared.level)
    if declared.environment == "production" and declared.grade >= 2:
        yield _report(declared)


def _report(declared: Declaration) -> Answer:
    paper, signed = "attestations.grading_report", declared.attestations.get("grading_report")
    if signed is None:
        return fail(paper, "report", key="system.mlps", grade=declared.grade)
    return ok(paper) if signed <= declared.today else fail(paper, "unsigned", key=f"{paper}.date", date=signed)


def _well_formed(level: str) -> bool:
    """1 to 5, or S and A parts whose higher one is G, where G is given."""
    match = re.fullmatch(r"[1-5]|S([1-5])A([1-5])(?:G([1-5]))?", level)
    if match is None:
        return False
    service, availability, general = match.groups()
    return general is None or general == max(service, availability)


RULE = Rule(
    id="GC-LVL-001",
    framework="GB/T 22239-2019",
    clause="8.1.9.1 a); 7.1.9.1 a)",
    clause_certainty="likely",
    obligation="应",
    mapping="attestation",
    severity="high",
    title=Words("写明等级保护级别及其定级依据", "the protection level is stated, with its grading report"),
    remedy=Words(
        "按定级报告填写 system.mlps；生产系统在 attestations.grading_report 中登记定级报告",
        "take system.mlps from the grading report; in production, enter the report under attestations.grading_report",
    ),
    reasons={
        "form": Words("级别 {level} 不是 1 至 5 级的正确写法", "the level {level} is not a right way to write 1 to 5"),
        "report": Words("{grade} 级生产系统没有定级报告", "a level {grade} system in production has no grading report"),
        "unsigned": Words("定级报告的日期 {date} 还没有到", "the grading report is dated {date}, which is yet to come"),
    },
    request=_request,
    levels=(2, 3),
)
