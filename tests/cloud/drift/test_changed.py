"""Everything that a stranger can change and everything he can leave is named; an apply puts the first right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cloud.drift.changes import CHANGES, Change, drop_policy
from tests.cloud.drift.place import Place
from tests.cloud.drift.quotas import raise_all
from tests.cloud.drift.seen import seen
from tests.cloud.drift.strays import HEAVY, STRAYS, Made, Stray, put_down


@dataclass(frozen=True)
class Round:
    """What was changed and put there, and what drift said of it."""

    before: Mapping[str, Any]
    raised: set[tuple[str, str]]
    made: Made
    ids: Mapping[str, str]
    found: Any

    @property
    def named(self) -> set[tuple[str, str, str]]:
        """How, what and which property of every difference."""
        return {(one["how"], one["what"], one["property"]) for one in self.found["differences"]}

    @property
    def strays(self) -> set[tuple[str, str]]:
        """Kind and id of everything unmanaged."""
        return unmanaged(self.found)


def unmanaged(found: Any) -> set[tuple[str, str]]:
    """Kind and id of everything unmanaged."""
    rows = [one for one in found["differences"] if one["how"] == "unmanaged"]
    return {(one["what"].partition(" ")[0], one["id"]) for one in rows}


@pytest.fixture(scope="module")
def round_(place: Place) -> Iterator[Round]:
    assert place.drift(code=0)["clean"] is True
    before = seen(place)
    raised, made = raise_all(place), Made(place)
    ids = {str(stray): stray.make(made) for stray in STRAYS}
    for change in CHANGES:
        change.do(place)
    yield Round(before, raised, made, ids, place.drift(code=2))
    put_down(made)
    drop_policy(place)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_is_named(round_: Round, change: Change) -> None:
    for what, name in ((change.what, change.property), *change.also):
        assert ("changed", what, name) in round_.named


@pytest.mark.parametrize("stray", STRAYS, ids=str)
def test_a_stray_is_named(round_: Round, stray: Stray) -> None:
    assert (stray.kind, round_.ids[str(stray)]) in round_.strays


def test_a_role_is_told_with_where_it_holds(place: Place, round_: Round) -> None:
    """One user may have the same role in several places; from the operator's domain it holds in every tenancy."""
    roles = [one["what"] for one in round_.found["differences"] if one["what"].startswith("role ")]
    assert len(set(roles)) == len(roles)
    # by the name it has now: somebody gave it another
    who, project = f"{place.tenancy}-x@Default", place.cloud.identity.get_project(place.project).name
    for role in (
        f"reader {who} on project {project}",
        f"member {who} on domain {place.shop.domain} and below",
        f"manager {who} on domain {place.shop.domain}",
    ):
        assert f"role {role}" in roles


def test_of_the_staff_no_role_on_the_operators_domain_is_named(place: Place, round_: Round) -> None:
    place.shop.edit("sites/main.yaml", staff=[f"{place.tenancy}-x@Default"])
    found = place.drift(code=2)
    place.shop.edit("sites/main.yaml", staff=None)
    gone = {one["what"] for one in round_.found["differences"]} - {one["what"] for one in found["differences"]}
    assert len(gone) == 2
    assert all(f"on domain {place.shop.domain}" in what for what in gone), "what they got elsewhere is named still"


def test_every_limit_is_named(round_: Round) -> None:
    named = {(one["service"], one["key"]) for one in round_.found["quotas"]}
    assert named <= round_.raised
    assert {("compute", "cores"), ("network", "security_group_rule"), ("volume", "gigabytes_plain")} <= named
    assert len(named) >= 30


def test_nothing_else_is_named(round_: Round) -> None:
    changed = {(one.what, one.property) for one in CHANGES} | {tie for one in CHANGES for tie in one.also}
    assert {(what, name) for how, what, name in round_.named if how == "changed"} == changed
    assert not [one for one in round_.named if one[0] == "missing"]
    # that a network is shown to everybody is a sharing rule of its own
    shown = {one["id"] for one in round_.found["differences"] if one["what"].endswith(" *") and "share" in one["what"]}
    assert len(shown) == 2
    ours = {(stray.kind, round_.ids[str(stray)]) for stray in STRAYS}
    assert {one for one in round_.strays if one[1] not in shown} == ours


def test_an_apply_puts_right_what_was_changed_and_leaves_the_strays(place: Place, round_: Round) -> None:
    # Cinder takes no limit below what is there: strays of its own must go before limits are exact again
    put_down(round_.made, only=HEAVY)
    place.shop.run("apply", place.path, "--yes")
    found = place.drift(code=2)
    left = {(stray.kind, round_.ids[str(stray)]) for stray in STRAYS if stray.kind not in HEAVY}
    assert unmanaged(found) == left
    assert len(found["differences"]) == len(left)
    assert found["quotas"] == []
    after = seen(place)
    assert {id_: after[id_] for id_ in round_.before} == round_.before
