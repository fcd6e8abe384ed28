"""GC-MDM-003: the organisation code inside the unified social credit code."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import Subject
from govcloud.compliance.rule import Answer, Rule, Words, fail, not_applicable, ok
from govcloud.request import uscc


def _request(subject: Subject) -> Iterator[Answer]:
    code = uscc.normalise(subject.declaration.department)
    broken = {fault.rule for fault in uscc.faults(code)}
    if uscc.FORMAT_RULE in broken:
        yield not_applicable("form")
    else:
        wrong = uscc.INNER_CHECK_RULE in broken
        yield fail("department", "check", organisation=code[8:17]) if wrong else ok("department")


RULE = Rule(
    id="GC-MDM-003",
    framework="GB 11714-1997",
    clause="",
    clause_certainty="unsure",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("主体标识码自身的校验码正确", "the organisation code inside the credit code passes its own check"),
    remedy=Words("对照证书核对第 9 至 17 位", "compare characters 9 to 17 with the certificate"),
    reasons={
        "check": Words("主体标识码 {organisation} 校验不通过", "the organisation code {organisation} fails its check"),
        "form": Words("代码的格式不对，无主体标识码可查", "the code has the wrong form, so there is nothing to check"),
    },
    request=_request,
)
