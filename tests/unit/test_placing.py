"""A host for each machine: free cores here and free memory there are no place for any."""

from __future__ import annotations

import pytest

from govcloud.allocation.capacity import shortages
from govcloud.allocation.facts import Stock
from govcloud.allocation.ledger import Ledger
from govcloud.province.site import HoldBack
from tests.unit.ground import (
    ENDLESS,
    GENEROUS,
    NOTHING,
    asked,
    facts,
    given,
    host,
    large,
    ledger,
    reasons,
    server,
    slivers,
)


@pytest.mark.parametrize(
    ("count", "memory", "fit"),
    [
        (1, (32,), None),
        (1, (31, 31), 0),
        (2, (64,), None),
        (2, (63, 31), 1),
        (3, (63, 31, 32), 2),
        (2, (40, 40), None),
    ],
)
def test_a_sum_of_slivers_is_no_host(count: int, memory: tuple[int, ...], fit: int | None) -> None:
    site = slivers(*memory)
    wanted = given(large(count), facts=site)
    found = [
        short for short in shortages(wanted, Ledger(), site, GENEROUS, NOTHING) if short.code == "capacity.no-host"
    ]
    if fit is None:
        assert found == []
        return
    (short,) = found
    assert short.key == "iaas.servers.web"
    assert short.params == {
        "machine": short.params["machine"],
        "zone": "az1",
        "cpu": 8,
        "memory": 32,
        "disk": 40,
        "fit": fit,
    }


def test_the_largest_machines_are_placed_first() -> None:
    """A small machine must not take the one place where a large one fits."""
    servers = {"a": server(), "z": server(cpu=8, memory="32GiB")}
    site = slivers(4, 32)
    assert shortages(given(asked(iaas={"servers": servers}), facts=site), Ledger(), site, GENEROUS, NOTHING) == []


def test_machines_that_stand_need_no_new_host() -> None:
    had = given(large(2), facts=slivers(64))
    full = slivers(0)
    assert shortages(had, ledger(had), full, GENEROUS, NOTHING) == []
    grown = given(large(3), "t-aaaaaa", had, facts=full)
    assert reasons(shortages(grown, ledger(had), full, GENEROUS, NOTHING)) == {
        "capacity.site-memory",
        "capacity.no-host",
    }


def test_a_host_that_is_held_back_takes_no_machine() -> None:
    site = slivers(31, 32)
    wanted = given(large(1), facts=site)
    assert shortages(wanted, Ledger(), site, GENEROUS, NOTHING) == []
    assert "capacity.no-host" in reasons(shortages(wanted, Ledger(), site, GENEROUS, HoldBack(hosts=1)))


@pytest.mark.parametrize("name", ["cores", "memory", "disk"])
def test_a_machine_must_fit_in_every_class_at_once(name: str) -> None:
    # one host has the cores, the other the rest
    stocks = {"cores": ENDLESS, "memory": ENDLESS, "disk": ENDLESS}
    hosts = (
        host("a", "az1", **{**stocks, name: Stock(0)}),
        host("b", "az1", **{**dict.fromkeys(stocks, Stock(0)), name: ENDLESS}),
    )
    site = facts(hosts=hosts)
    assert reasons(shortages(given(asked(), facts=site), Ledger(), site, GENEROUS, NOTHING)) == {"capacity.no-host"}
