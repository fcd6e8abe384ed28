"""GC-MDM-001: the form of the unified social credit code."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import Subject
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok
from govcloud.request import uscc


def _request(subject: Subject) -> Iterator[Answer]:
    code = uscc.normalise(subject.declaration.department)
    wrong = any(fault.rule == "GC-MDM-001" for fault in uscc.faults(code))
    yield fail("department", "form", code=code) if wrong else ok("department")


RULE = Rule(
    id="GC-MDM-001",
    framework="GB 32100-2015",
    clause="5",
    clause_certainty="unsure",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("统一社会信用代码格式正确", "the unified social credit code has the right form"),
    remedy=Words("按统一社会信用代码证书逐位抄写", "copy the code from the certificate, character by character"),
    reasons={"form": Words("{code} 不是统一社会信用代码", "{code} is not a unified social credit code")},
    request=_request,
)
