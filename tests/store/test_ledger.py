"""The ledger: what tenancies have, what saved plans reserve until they expire, which domain a department has."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

import pytest
from sqlalchemy import update

from govcloud.allocation.ledger import Allocation
from govcloud.store import tables, tenancies
from govcloud.store.store import Store, now
from tests.unit.ground import FERRY, INSURANCE, TRAINING, asked, fitted, given, server, tenancy

HOUR: Final = dt.timedelta(hours=1)


def _given(tenancy_: str, count: int = 1) -> Allocation:
    return given(asked(iaas={"servers": {"web": server(count=count)}}), tenancy_)


def _plan(store: Store, tenancy_: str) -> str | None:
    found = tenancies.reservation_of(store, tenancy_)
    return found.plan if found else None


@pytest.mark.parametrize("path", [FERRY, TRAINING, INSURANCE])
def test_an_allocation_comes_back_as_it_was_given(url: str, path: object) -> None:
    allocation = given(fitted(path), "t-aaaaaa")  # type: ignore[arg-type]
    written = tenancy(allocation)
    tenancies.save(Store(url), written)
    found = tenancies.find(Store(url), "t-aaaaaa")
    assert found is not None
    assert found.allocation == allocation
    assert found == replace(written, changed=found.changed)
    assert dt.datetime.fromisoformat(found.changed).utcoffset() == dt.timedelta(0)


def test_a_record_from_before_peers_were_kept_is_read_still(url: str) -> None:
    store = Store(url)
    tenancies.save(store, tenancy(_given("t-aaaaaa")))
    old = tenancies.ALLOCATION.dump_python(_given("t-aaaaaa"), mode="json")
    del old["peers"]
    with store.engine.begin() as connection:
        connection.execute(update(tables.tenancies).values(allocation=old))
    assert tenancies.ledger(store).allocations["t-aaaaaa"].peers == {}


def test_the_ledger_holds_what_lives(url: str) -> None:
    store = Store(url)
    assert tenancies.ledger(store).allocations == {}
    tenancies.save(store, tenancy(_given("t-active")))
    tenancies.save(store, tenancy(_given("t-admitd"), stage="admitted"))
    tenancies.save(store, replace(tenancy(_given("t-nothng")), allocation=None))
    tenancies.save(store, tenancy(_given("t-ended0")))
    tenancies.end(store, "t-ended0", "r-1", {})
    books = tenancies.ledger(store)
    assert set(books.allocations) == {"t-active", "t-admitd"}
    assert books.building == {"t-admitd"}
    assert [one.tenancy for one in books.built] == ["t-active"]


def test_the_ended_are_listed_only_when_asked_for(url: str) -> None:
    store = Store(url)
    tenancies.save(store, tenancy(_given("t-active")))
    tenancies.save(store, tenancy(_given("t-ended0")))
    tenancies.end(store, "t-ended0", "r-1", {})
    assert [one.id for one in tenancies.all_tenancies(store)] == ["t-active"]
    assert {one.id for one in tenancies.all_tenancies(store, ended=True)} == {"t-active", "t-ended0"}
    ended = tenancies.find(store, "t-ended0")
    assert ended is not None
    assert (ended.state, ended.allocation, ended.hold) == ("ended", None, None)


def test_tenancies_stand_in_order(url: str) -> None:
    store = Store(url)
    for number, (department, system, environment) in enumerate(
        [("b", "B-1", "test"), ("a", "A-2", "test"), ("a", "A-1", "test"), ("a", "A-1", "production")]
    ):
        one = tenancy(_given(f"t-00000{number}"), department=department, system=system, environment=environment)
        tenancies.save(store, one)
    assert [one.id for one in tenancies.all_tenancies(store)] == ["t-000003", "t-000002", "t-000001", "t-000000"]


def test_a_saved_plan_reserves_until_it_expires(url: str) -> None:
    store = Store(url)
    tenancies.reserve(store, "p-1", _given("t-aaaaaa"), now() + HOUR)
    tenancies.reserve(store, "p-2", _given("t-bbbbbb"), now() - HOUR)
    assert set(tenancies.ledger(store).reserved) == {"t-aaaaaa"}
    (kept,) = tenancies.all_reservations(store)
    assert (kept.plan, kept.allocation) == ("p-1", _given("t-aaaaaa"))
    assert now() < kept.expires <= now() + HOUR
    assert _plan(store, "t-aaaaaa") == "p-1"
    assert _plan(store, "t-bbbbbb") is None
    assert tenancies.ledger(store).allocations == {}, "nothing was given yet"


def test_ones_own_reservation_is_not_in_ones_way(url: str) -> None:
    store = Store(url)
    for name in ("t-aaaaaa", "t-bbbbbb"):
        tenancies.reserve(store, f"p-{name}", _given(name), now() + HOUR)
    assert set(tenancies.ledger(store, but_reserved_by="t-aaaaaa").reserved) == {"t-bbbbbb"}


def test_a_newer_plan_takes_over_and_an_applied_one_gives_up(url: str) -> None:
    store = Store(url)
    tenancies.reserve(store, "p-1", _given("t-aaaaaa"), now() + HOUR)
    tenancies.reserve(store, "p-2", _given("t-aaaaaa", count=3), now() + 2 * HOUR)
    assert _plan(store, "t-aaaaaa") == "p-2"
    assert tenancies.ledger(store).reserved["t-aaaaaa"] == _given("t-aaaaaa", count=3)
    assert tenancies.reserved(store, "t-aaaaaa") == _given("t-aaaaaa", count=3)
    tenancies.unreserve(store, "t-bbbbbb")
    tenancies.unreserve(store, "t-aaaaaa", "p-1")
    assert _plan(store, "t-aaaaaa") == "p-2"
    tenancies.unreserve(store, "t-aaaaaa", "p-2")
    assert tenancies.reserved(store, "t-aaaaaa") is None
    assert tenancies.ledger(store).reserved == {}


def test_a_department_keeps_its_domain_under_a_new_code(url: str) -> None:
    store = Store(url)
    tenancies.save_domain(store, "main", ["old"], "d-000001")
    tenancies.save_domain(store, "city", ["old"], "d-000002")
    tenancies.save_domain(store, "main", ["new", "old"], "d-000001")
    assert tenancies.domains(store, "main") == {"new": "d-000001", "old": "d-000001"}
    assert tenancies.domains(store, "city") == {"old": "d-000002"}
    tenancies.forget_domain(store, "main", "d-000001")
    assert tenancies.domains(store, "main") == {}
    assert tenancies.domains(store, "city") == {"old": "d-000002"}
