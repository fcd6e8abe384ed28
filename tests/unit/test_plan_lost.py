"""What the records lack is told before anybody acts on it: a state that is lost, a passphrase that is another's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from govcloud.engine.engine import fingerprint, refuse_other_passphrase
from govcloud.errors import GovcloudError, Locked, Refused
from govcloud.plan.owned import refuse_anothers, refuse_shared
from govcloud.plan.reality import ORDER, Whereabouts, look, read_states
from govcloud.plan.standing import locate
from govcloud.store import runs, tenancies
from govcloud.store.store import Store
from tests.unit.drafting import NO_ENGINE, NOWHERE, context
from tests.unit.ground import FERRY, facts, fitted, given, repository, tenancy

# there is no state, and an engine is not even asked for one
NOTHING_THERE: Final = replace(NO_ENGINE, begun=lambda: False, backend="postgres://me:pw@db/gov")


def _located(store: Store, tenancy: str, domain: str = "d-other0", site: str = "main") -> Whereabouts:
    """Where the records say that a tenancy is found; nobody asks a cloud or an engine for that."""
    at_hand = context(store=store)
    vars(at_hand)["engine"] = NO_ENGINE
    where = repository().sites["main"].model_copy(update={"name": site})
    return locate(at_hand, where, tenancy, domain, None)


def test_a_tenancy_that_stands_has_a_state(tmp_path: Path) -> None:
    site = repository().sites["main"]
    where = Whereabouts(NOWHERE, site, "t-ferry0", "d-dot000", NOTHING_THERE, None)
    assert not any(state.exists for state in read_states(where.engine, where.stacks, tmp_path).values())
    with pytest.raises(GovcloudError) as lost:
        look(replace(where, built=frozenset(ORDER)), tmp_path)
    assert lost.value.code == "plan.state-lost"
    assert lost.value.params == {
        "tenancy": "t-ferry0",
        "domain": "d-dot000",
        "state": "postgres://me:***@db/gov",
        "stacks": "d-dot000, t-ferry0.tenancy, t-ferry0.iaas",
    }
    with pytest.raises(GovcloudError) as domain:
        look(replace(where, built=frozenset({"department"})), tmp_path)
    assert (domain.value.code, domain.value.params["stacks"]) == ("plan.department-lost", "d-dot000")


def test_what_must_have_a_state_follows_from_the_records(store: Store) -> None:
    """A new tenancy's department has one where another of its tenancies stands; a domain made twice is a bare 409."""
    has = given(fitted(FERRY), "t-ferry0")
    tenancies.save(store, tenancy(has))
    for run, kind, stands in (("r-1", "apply", True), ("r-2", "destroy", False)):
        runs.note(store, runs.Run(run, "t-ferry0", kind, "chenlan"))
        assert _located(store, "t-ferry0", has.domain).built == (frozenset(ORDER) if stands else frozenset())
        assert _located(store, "t-new000", has.domain).built == (frozenset({"department"}) if stands else frozenset())
        assert _located(store, "t-new000", "d-other0").built == frozenset()


def test_a_new_tenancy_stands_beside_another_of_its_site(store: Store) -> None:
    """Where that stands the new one belongs; one that stands itself is looked for itself."""
    tenancies.save(store, tenancy(given(fitted(FERRY), "t-ferry0")))
    assert _located(store, "t-new000").beside == "", "it was never built"
    runs.note(store, runs.Run("r-1", "t-ferry0", "apply", "chenlan"))
    assert _located(store, "t-new000").beside == "t-ferry0"
    assert _located(store, "t-new000", site="second").beside == ""
    assert _located(store, "t-ferry0").beside == ""
    runs.note(store, runs.Run("r-2", "t-ferry0", "destroy", "chenlan"))
    assert _located(store, "t-new000").beside == ""


def test_a_domain_of_another_store_is_not_planned_for(store: Store, tmp_path: Path) -> None:
    seen = facts(owner="another")
    assert store.engine is not None, "written to"
    with pytest.raises(Locked) as anothers:
        refuse_anothers(store, seen, "tenancies")
    assert (anothers.value.code, anothers.value.params["store"]) == ("cloud.owned", store.id)
    nothing = Store(f"sqlite:///{tmp_path / 'nothing.sqlite'}")
    with pytest.raises(Locked) as lost:
        refuse_anothers(nothing, seen, "tenancies")
    assert (lost.value.code, lost.value.params["store"]) == ("plan.no-records", nothing.url)
    for mine in (store, nothing):
        refuse_anothers(mine, facts(owner=""), "tenancies")
    refuse_anothers(store, facts(owner=store.id), "tenancies")
    assert not nothing.exists, "who plans writes nothing"


def test_two_sites_are_not_planned_for_on_one_cloud() -> None:
    """Two entries may lead to one; regions may share a Keystone."""
    main = repository().sites["main"]
    second = main.model_copy(update={"name": "second", "cloud": "second", "operator_domain": "Tenancies2"})
    both = frozenset({"tenancies", "tenancies2"})
    for mine, theirs in ((None, None), ("north", None), (None, "south"), (None, "north"), ("south", "south")):
        with pytest.raises(Refused) as shared:
            refuse_shared(facts(domain_names=both, region=mine), main, [main, second], {second: theirs}.get)
        assert (shared.value.code, shared.value.params["other"]) == ("plan.cloud-shared", "second")
    refuse_shared(facts(domain_names=frozenset({"tenancies"})), main, [main, second], {second: None}.get)
    refuse_shared(facts(domain_names=both, region="north"), main, [main, second], {second: "south"}.get)


def test_a_passphrase_is_the_stores_or_is_told(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text("right")
    known = fingerprint(file, "store")
    refuse_other_passphrase(file, "store", known)
    assert known not in (fingerprint(file, "another store"), "")
    for content, code in (
        ("wrong", "engine.other-passphrase"),
        ("", "engine.no-passphrase"),
        (None, "engine.no-passphrase"),
    ):
        if content is None:
            file.unlink()
        else:
            file.write_text(content)
        with pytest.raises(GovcloudError) as refused:
            refuse_other_passphrase(file, "store", known)
        assert refused.value.code == code
        assert refused.value.params["file"] == file
