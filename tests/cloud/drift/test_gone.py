"""What a stranger took away, and what he changed so that only losing data puts it right: named, refused, then done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.cloud.drift.lossy import GONE, LOSSY, WITH_THEM, forget_key
from tests.cloud.drift.place import Place
from tests.cloud.drift.quotas import raise_all

# the machine that was born anew by hand, the one that stands elsewhere, the volume that grew
LOSSES = ["server app-1", "server db-1", "volume app-2/files"]


@dataclass(frozen=True)
class Round:
    """What was there before, and what drift said afterwards."""

    ids: dict[str, str]
    found: Any

    def rows(self, how: str) -> set[tuple[str, str]]:
        """What, and which property, of the differences of a kind."""
        return {(one["what"], one["property"]) for one in self.found["differences"] if one["how"] == how}


@pytest.fixture(scope="module")
def round_(place: Place) -> Round:
    # not from the state that was read before: other tests have put things in the place of others
    here = Place(place.shop, place.devcloud, place.path, place.tenancy, place.project)
    assert here.drift(code=0)["clean"] is True
    ids = dict(here.ids)
    raise_all(here)
    for change in LOSSY:
        change.do(here)
    forget_key(here)
    for _, take in GONE:
        take(here)
    return Round(ids, here.drift(code=2))


@pytest.mark.parametrize("what", [what for what, _ in GONE])
def test_what_is_gone_is_named(round_: Round, what: str) -> None:
    assert (what, "") in round_.rows("missing")


@pytest.mark.parametrize("change", LOSSY, ids=str)
def test_a_change_is_named(round_: Round, change: Any) -> None:
    for row in ((change.what, change.property), *change.also):
        assert row in round_.rows("changed")


def test_nothing_else_is_named(round_: Round) -> None:
    assert {what for what, _ in round_.rows("missing")} == {what for what, _ in GONE} | WITH_THEM
    assert round_.rows("unmanaged") == set()
    # a machine without its port, a port without its group, a volume without its machine
    ties = {("server app-2", "networks"), ("port db-1", "securityGroupIds"), ("volume app-1/files", "status")}
    changed = {row for one in LOSSY for row in ((one.what, one.property), *one.also)}
    assert round_.rows("changed") == changed | ties


def test_an_apply_is_refused_until_each_loss_is_named(place: Place, round_: Round) -> None:
    planned = place.shop.run("plan", place.path, "-o", "json").data
    assert planned["losses"] == LOSSES
    refused = place.shop.run("apply", place.path, "--yes", code=5)
    assert f"lose data: {', '.join(LOSSES)}" in refused.err
    refused = place.shop.run("apply", place.path, "--yes", *_allow(LOSSES[:2]), code=5)
    assert f"lose data: {LOSSES[2]}\n" in refused.err
    assert place.drift(code=2)["differences"] == round_.found["differences"]


def test_an_apply_puts_everything_back(place: Place, round_: Round) -> None:
    place.shop.run("apply", place.path, "--yes", *_allow(LOSSES))
    assert place.drift(code=0)["clean"] is True
    now = Place(place.shop, place.devcloud, place.path, place.tenancy, place.project).ids
    assert now.keys() == round_.ids.keys()
    made = {what for what in now if now[what] != round_.ids[what]}
    went = {what for what, _ in GONE} | WITH_THEM
    again = {
        what for what in made - went if what.partition(" ")[0] in ("server", "volume", "network", "subnet", "port")
    }
    assert again == set(LOSSES), "what nobody took away or spoilt was built anew"


def _allow(labels: list[str]) -> list[str]:
    return [word for label in labels for word in ("--allow-data-loss", label)]
