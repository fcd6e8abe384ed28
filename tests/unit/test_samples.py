"""What the tests on a cloud ask for at random may be asked for: no seed may fail for its own sake."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pytest

from govcloud.allocation.capacity import shortages
from govcloud.compliance.declare import declare
from govcloud.compliance.judge import judge
from govcloud.compliance.model import Subject
from govcloud.compliance.planned import planned
from govcloud.compliance.rules import RULES
from govcloud.spec.iaas import iaas_spec
from tests.cloud.samples import random_request
from tests.unit.ground import facts, fitted, ground, ledger, repository

TODAY: Final = dt.date(2026, 12, 1)


@pytest.mark.parametrize("start", range(0, 120, 30))
def test_random_requests_are_admitted(start: int) -> None:
    for seed in range(start, start + 30):
        on = ground(fitted(random_request(seed)))
        declaration = declare(on.request, province=repository().province, site=on.fitted.site, today=TODAY)
        subject = Subject(declaration=declaration, resources=planned(on, iaas_spec(on)))
        verdicts = [*judge(RULES.values(), "request", subject), *judge(RULES.values(), "plan", subject)]
        assert [(v.rule.id, v.on) for v in verdicts if v.status == "fail"] == [], seed
        assert shortages(on.allocation, ledger(), facts(), on.fitted.department, on.fitted.site.hold_back) == [], seed
