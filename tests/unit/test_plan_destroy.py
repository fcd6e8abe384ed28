"""What keeps a tenancy from being destroyed; what the end of a department takes down, and how that is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from govcloud.cloud.read.inventory import Thing, hindering
from govcloud.engine.state import NOTHING, Held, State
from govcloud.errors import ExitCode, GovcloudError, Refused
from govcloud.plan.compare import PROJECT, Difference
from govcloud.plan.destroy import Ending, destroy, end_department, going
from govcloud.plan.reality import Whereabouts
from govcloud.spec.symbols import Stack
from govcloud.store import runs, tenancies
from govcloud.store.store import Store
from govcloud.text import LANGUAGES, next_step, use_language
from tests.unit.drafting import NO_ENGINE, NOWHERE, context
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


def test_a_domain_that_others_of_the_department_use_is_not_among_what_goes() -> None:
    """It bears the department's name; whose run made it, nothing tells."""
    domain = Difference("unmanaged", "project domain", token=PROJECT, id="d", mark=("d-dot000", ""))
    own = replace(domain, what="project iaas", id="p", mark=("t-ferry0-iaas", ""))
    assert going((domain, own), "") == (domain, own)
    assert going((domain, own), "d-dot000") == (own,)


def test_what_is_isolated_is_not_destroyed(tmp_path: Path) -> None:
    """Its evidence is to be kept; and no cloud is asked."""
    store, known = Store(f"sqlite:///{tmp_path}/store.sqlite"), tenancy(given(fitted(FERRY), "t-ferry0"))
    tenancies.save(store, known)
    # the mark alone, as an isolation at work has written it: what the caller read may be older
    tenancies.set_isolated(store, known.id, isolated=True)
    with pytest.raises(Refused) as caught:
        destroy(context(store=store), known, lambda _: True, lambda _: None)
    assert (caught.value.code, caught.value.exit_code) == ("plan.destroys-evidence", ExitCode.REFUSED)
    for language in LANGUAGES:
        use_language(language)
        assert "govcloud release t-ferry0" in next_step(caught.value.code, **caught.value.params)
    use_language("zh")
    assert runs.history(store, known.id) == []


def _thing(kind: str, id_: str, project: str, *on: str) -> Thing:
    return Thing("network", kind, id_, "", project, "", on)


OURS: Final = (_thing("network", "n-1", "p-1"), _thing("router", "r-1", "p-1"), _thing("security-group", "g-1", "p-1"))


@pytest.mark.parametrize("on", ["n-1", "r-1", "g-1"])
def test_what_stands_on_ours_is_in_the_way_whoever_owns_it(on: str) -> None:
    """A network with a port of somebody's, a router with a leg elsewhere, a group that a port uses: none can go."""
    others = _thing("port", "o-1", "p-2", "n-9", on)
    assert hindering((*OURS, others), {"p-1"}) == [*OURS, others]


def test_what_stands_elsewhere_is_in_nobodys_way() -> None:
    assert hindering((*OURS, _thing("port", "o-1", "p-2", "n-9", "g-9")), {"p-1"}) == list(OURS)
    assert hindering((_thing("network", "n-9", "p-2"), _thing("port", "o-1", "p-2", "n-9")), {"p-1"}) == []
