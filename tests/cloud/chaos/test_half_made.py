"""A first apply is cut off within the department's stack, and a destroy follows instead of another apply."""

from __future__ import annotations

import pytest

from tests.cloud.chaos.place import Place
from tests.cloud.chaos.point import after_destroy, whose
from tests.cloud.chaos.victims import fault

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("ended")]
KILLED = -9


@pytest.mark.parametrize("victim", ["kill-all", "cut-before"])
def test_the_domain_goes_though_its_stack_was_never_built_to_its_end(place: Place, victim: str) -> None:
    """The domain stands, and whether the group does nobody was told."""
    path = place.request(f"half-{victim}")
    trap = place.way.proxy.set(fault(place, victim), 2, "provider", "keystone")
    assert place.shop.run("apply", path, "--yes", code=None).code != 0
    place.way.proxy.clear()
    assert trap.victim == "provider POST keystone /v3/groups"
    made = whose(place, path)
    domains = {domain.id for domain in place.cloud.identity.domains()}
    assert len(domains & made.born) == 1
    place.shop.run("destroy", path, "--yes")
    assert list(after_destroy(place, made)) == []


def test_an_apply_gets_over_a_group_that_was_made_and_not_written_down(place: Place) -> None:
    """All departments' have one name; there cannot be two in a domain."""
    path = place.request("group")
    place.way.proxy.set(fault(place, "kill-all"), 2, "provider", "keystone")
    place.shop.run("apply", path, "--yes", code=KILLED)
    place.way.proxy.clear()
    assert place.shop.run("plan", path, "-o", "json").data["remains"] == ["user-group managers"]
    place.shop.run("apply", path, "--yes")
    assert place.shop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True
