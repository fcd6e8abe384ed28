"""GC-MDM-004: the tenant is a public body."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import Subject
from govcloud.compliance.rule import Answer, Rule, Words, fail, not_applicable, ok
from govcloud.request import uscc


def _request(subject: Subject) -> Iterator[Answer]:
    code = uscc.normalise(subject.declaration.department)
    prefix = code[:2]
    if any(fault.rule == uscc.FORMAT_RULE for fault in uscc.faults(code)):
        yield not_applicable("form")
    elif prefix in uscc.PUBLIC_BODIES:
        yield ok("department")
    else:
        # 9x are companies and traders, 5x civil bodies; armed forces (A), village bodies (N) and others are no tenants
        yield fail("department", "company" if prefix.startswith("9") else "other", prefix=prefix)


RULE = Rule(
    id="GC-MDM-004",
    framework="GB 32100-2015",
    clause="表1",
    clause_certainty="unsure",
    obligation="应",
    mapping="proxy",
    severity="high",
    title=Words("使用单位是机关、事业单位或群团", "the tenant is a public body"),
    remedy=Words(
        "以主管单位的名义申请，承建、运维企业写在 suppliers 中",
        "file the request under the department; contractors go under suppliers",
    ),
    reasons={
        "company": Words(
            "代码以 {prefix} 开头，是企业等市场主体，不能作为使用单位",
            "the code begins with {prefix}: a company is no tenant",
        ),
        "other": Words(
            "代码以 {prefix} 开头，不是党政机关等公共机构", "the code begins with {prefix}: not a public body"
        ),
        "form": Words(
            "代码的格式不对，看不出机构类别", "the code has the wrong form, so the kind of body is not in it"
        ),
    },
    request=_request,
)
