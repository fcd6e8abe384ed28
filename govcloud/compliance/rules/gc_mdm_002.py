"""GC-MDM-002: the check character of the unified social credit code."""

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
        yield fail("department", "check", code=code) if uscc.CHECK_RULE in broken else ok("department")


RULE = Rule(
    id="GC-MDM-002",
    framework="GB 32100-2015",
    clause="附录",
    clause_certainty="unsure",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("统一社会信用代码的校验码正确", "the check character of the credit code is right"),
    remedy=Words("对照证书逐位核对，有一位抄错", "compare with the certificate: one character is mistyped"),
    reasons={
        "check": Words("{code} 第 18 位校验码与前 17 位不符", "character 18 of {code} does not match the 17 before it"),
        "form": Words("代码的格式不对，无校验码可查", "the code has the wrong form, so there is nothing to check"),
    },
    request=_request,
)
