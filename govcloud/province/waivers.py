"""waivers.yaml: which failed rule is accepted for whom, why, by whom, and until when."""

from __future__ import annotations

from typing import Annotated

from pydantic import RootModel

from govcloud.request.form import Form
from govcloud.request.names import Key, Line, RuleId, TenancyId
from govcloud.request.quantities import Day


class Waiver(Form):
    """A failed rule accepted for one tenancy; the last day is inclusive, Asia/Shanghai."""

    rule: RuleId
    tenancy: TenancyId
    resource: Line | None = None
    reason: Line
    owner: Key
    approver: Key
    until: Day


class Waivers(RootModel[Annotated[tuple[Waiver, ...], "waivers"]]):
    """The whole file: a list."""
