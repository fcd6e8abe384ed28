"""GC-MDM-005: the department belongs to the province."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from govcloud.compliance.model import Subject, known
from govcloud.compliance.rule import Answer, Rule, Words, fail, not_applicable, ok
from govcloud.request import uscc

CENTRAL: Final = "100000"


def _request(subject: Subject) -> Iterator[Answer]:
    code = uscc.normalise(subject.declaration.department)
    if any(fault.rule == uscc.FORMAT_RULE for fault in uscc.faults(code)):
        yield not_applicable("form")
        return
    division = uscc.division(code)
    if division in known(subject.declaration.divisions, "province.yaml: divisions"):
        yield ok("department")
    else:
        yield fail("department", "central" if division == CENTRAL else "elsewhere", division=division)


RULE = Rule(
    id="GC-MDM-005",
    framework="GB/T 2260-2007",
    clause="",
    clause_certainty="unsure",
    obligation="应",
    mapping="proxy",
    severity="high",
    title=Words("行政区划在本省服务范围内", "the department's division is one the province serves"),
    remedy=Words(
        "核对代码第 3 至 8 位；确属本省的，由云管单位加入 province.yaml 的 divisions",
        "check characters 3 to 8; a division of this province is added to divisions of province.yaml by the operator",
    ),
    reasons={
        "elsewhere": Words("行政区划 {division} 不在本省服务范围内", "the province does not serve division {division}"),
        "central": Words(
            "{division} 是中央单位，使用本省云须另经批准",
            "{division} is a central body, which needs an approval of its own",
        ),
        "form": Words("代码的格式不对，看不出行政区划", "the code has the wrong form, so there is no division in it"),
    },
    request=_request,
)
