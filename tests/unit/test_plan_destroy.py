"""What the end of a department takes down, and from where it knows what there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from govcloud.engine.state import NOTHING, Held, State
from govcloud.errors import GovcloudError
from govcloud.plan.compare import PROJECT
from govcloud.plan.destroy import Ending, end_department
from govcloud.plan.reality import Whereabouts
from govcloud.spec.symbols import Stack
from tests.unit.drafting import NO_ENGINE, NOWHERE
from tests.unit.ground import FERRY, fitted, given, repository, tenancy

WHERE: Final = Whereabouts(NOWHERE, repository().sites["main"], "t-ferry0", "d-dot000", NO_ENGINE, None)
# a first apply was cut off before the group was made: there are outputs only of a stack that was built to its end
DOMAIN: Final = Held("urn:pulumi:d-dot000::govcloud::x::domain", PROJECT, "4d1e", {"name": "d-dot000"})
CUT_OFF: Final = State((DOMAIN,), {}, ())


def _ended(state: State) -> tuple[list[str], list[Stack]]:
    went: list[Stack] = []
    ending = Ending(tenancy(given(fitted(FERRY), "t-ferry0")), WHERE, {"department": state}, {}, (), last=True)
    return end_department(ending, went.append), went


def test_whoever_is_in_a_domain_is_looked_for_before_its_stack_goes() -> None:
    """Here no cloud can be asked; that it is asked is what matters."""
    with pytest.raises(GovcloudError):
        _ended(CUT_OFF)


@pytest.mark.parametrize("state", [NOTHING, replace(CUT_OFF, resources=())])
def test_a_stack_without_a_domain_goes_too(state: State) -> None:
    """Its state would be left, and nobody would know whose it is."""
    assert _ended(state) == ([], ["department"])
