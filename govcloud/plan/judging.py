"""The rules on what a request would build."""

from __future__ import annotations

import datetime as dt

from govcloud.compliance.declare import declare
from govcloud.compliance.judge import Verdict, judge
from govcloud.compliance.model import Subject
from govcloud.compliance.planned import planned
from govcloud.compliance.rules import RULES
from govcloud.compliance.waivers import apply_waivers
from govcloud.plan.context import Context
from govcloud.spec.iaas import IaasSpec
from govcloud.spec.site import Ground


def judge_plan(context: Context, ground: Ground, iaas: IaasSpec, today: dt.date) -> list[Verdict]:
    """The verdicts of the plan stage, waivers applied."""
    province = context.repository.province
    declaration = declare(ground.request, province=province, site=ground.fitted.site, today=today)
    subject = Subject(declaration=declaration, resources=planned(ground, iaas))
    verdicts = judge(RULES.values(), "plan", subject)
    return apply_waivers(verdicts, context.repository, ground.request.department, ground.allocation.tenancy, today)
