"""Which volumes find a pool: each lies whole in one, however much all pools have together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from govcloud.allocation.allocate import allocate
from govcloud.allocation.capacity import shortages
from govcloud.allocation.facts import Facts, Pool, Stock, Volume
from govcloud.allocation.ledger import Allocation, Ledger
from govcloud.province.site import HoldBack
from govcloud.text import say, use_language
from tests.unit.ground import GENEROUS, NOTHING, asked, case, facts, given, ledger, server

TIB: Final = 1024
NOBODY: Final = Ledger()
OF_WHAT_STANDS: Final = ("capacity.no-pool-anew", "capacity.no-room-to-grow")


def _wanted(tenancy: str = "t-mine00", *before: Allocation, count: int = 1, **sizes: int) -> Allocation:
    volumes = {key: f"{size}GiB" for key, size in sizes.items()}
    request = asked(iaas={"servers": {"web": server(count=count, volumes=volumes)}})
    return given(request, tenancy, *before)


def _told(
    wanted: Allocation, books: Ledger = NOBODY, site: Facts | None = None, hold_back: HoldBack = NOTHING
) -> list[Mapping[str, Any]]:
    found = shortages(wanted, books, site or facts(), GENEROUS, hold_back)
    return [short.params for short in found if short.code in ("capacity.no-pool", *OF_WHAT_STANDS)]


def test_a_sum_of_pools_is_no_pool() -> None:
    """Pools of 10000 and 20000 GiB: the second volume of 12 TiB would have been refused by Cinder, half way."""
    assert _told(_wanted(d=12 * TIB)) == []
    (short,) = shortages(_wanted(count=2, d=12 * TIB), Ledger(), facts(), GENEROUS, NOTHING)
    assert (short.code, short.key) == ("capacity.no-pool", "iaas.servers.web.volumes.d")
    numbers = {"size": 12 * TIB, "left": 10_000, "fit": 1, "count": 2}
    assert short.params == {"volume": "d", "machine": "web-2", **numbers}


def test_a_volume_larger_than_any_pool() -> None:
    assert _told(_wanted(d=20_000)) == []
    (short,) = _told(_wanted(d=20_001))
    assert (short["left"], short["fit"]) == (20_000, 0)
    try:
        use_language("en")
        assert say("capacity.no-pool", **short) == (
            "no volume pool has 20001 GiB left for the volume d of web-1, and a volume lies in one pool, whole: "
            "20000 GiB is the most that still fits; 0 of 1 new volumes find room"
        )
    finally:
        use_language("zh")


@pytest.mark.parametrize(
    ("sizes", "homeless"),
    [
        ((10_000, 20_000), None),
        ((10_000, 10_000, 10_000), None),
        ((15_000, 5_000, 10_000), None),
        ((15_000, 8_000, 6_000), 6_000),  # where most is left comes first, as Cinder does it
        ((12_000, 11_000), 11_000),
    ],
)
def test_the_largest_choose_first(sizes: tuple[int, ...], homeless: int | None) -> None:
    volumes = {f"v{number}": f"{size}GiB" for number, size in enumerate(sizes)}
    found = _told(given(asked(iaas={"servers": {"web": server(volumes=volumes)}})))
    assert [short["size"] for short in found] == ([homeless] if homeless else [])


def test_each_looks_into_the_pools_of_its_type_alone() -> None:
    pools = (Pool("one", "a", Stock(100)), Pool("two", "b", Stock(500)), Pool("three", "b", Stock(50)))
    site = facts(volume_types={"plain": "a", "encrypted": "b"}, volume_pools=pools)
    assert _told(_wanted(d=100), site=site) == []
    (short,) = _told(_wanted(d=101), site=site)
    assert short["left"] == 100
    anywhere = replace(site, volume_types={"plain": "", "encrypted": "b"})
    assert _told(_wanted(d=500), site=anywhere) == []


def test_what_is_used_held_back_and_over_subscribed_counts_in_every_pool() -> None:
    def most(stock: Stock, growth: int = 0) -> object:
        site = facts(volume_pools=(Pool("one", "pools", stock),))
        return _told(_wanted(d=9_999), site=site, hold_back=HoldBack(growth=growth))[0]["left"]

    assert most(Stock(1000)) == 1000
    assert most(Stock(1000, used=300)) == 700
    assert most(Stock(1000, reserved=100, ratio=2.0, used=300)) == 1500
    assert most(Stock(1000, used=300), growth=10) == 600
    assert most(Stock(1000, used=1300)) == 0


def test_what_stands_is_not_asked_again_and_what_grows_is_asked_for_the_rest() -> None:
    full = facts(volume_pools=(Pool("one", "pools", Stock(1000, used=900)),))
    had = _wanted(d=900)
    assert _told(_wanted("t-mine00", had, d=900), ledger(had), full) == []
    assert _told(_wanted("t-mine00", had, d=1000), ledger(had), full) == []
    (short,) = _told(_wanted("t-mine00", had, d=1001), ledger(had), full)
    assert (short["size"], short["left"]) == (101, 100)
    (short,) = _told(_wanted("t-mine00", had, count=2, d=900), ledger(had), full)
    assert (short["machine"], short["size"]) == ("web-2", 900)
    # what takes another's place is made before that one goes
    (short,) = _told(_wanted("t-mine00", had, e=900), ledger(had), full)
    assert (short["volume"], short["size"]) == ("e", 900)


def _standing(pool: str = "pool2", **sizes: int) -> tuple[Volume, ...]:
    return tuple(Volume(f"web-1-{key}", "plain", size, pool) for key, size in sizes.items())


def _site(*volumes: Volume, used: tuple[float, float] = (0, 300)) -> Facts:
    pools = (Pool("pool1", "pools", Stock(10_000, used=used[0])), Pool("pool2", "pools", Stock(20_000, used=used[1])))
    return facts(volume_pools=pools, volumes=volumes)


def test_what_grows_stays_in_its_pool() -> None:
    """The other pool has room and is of no use; several that lie in one pool share what it has."""
    had = _wanted(a=100, b=100)
    site = _site(*_standing(a=100, b=100))
    assert _told(_wanted("t-mine00", had, a=15_000, b=4_900), ledger(had), site) == []
    wanted = _wanted("t-mine00", had, a=15_000, b=8_000)
    (short,) = _told(wanted, ledger(had), site)
    sizes = {"size": 7_900, "wanted": 8_000, "left": 4_800, "most": 4_900}
    assert short == {"volume": "b", "machine": "web-1", "pools": "pool2", **sizes}
    (short,) = _told(_wanted("t-mine00", had, a=12_000), ledger(had), _site(*_standing("pool1", a=100), used=(100, 0)))
    assert (short["pools"], short["left"], short["most"]) == ("pool1", 9_900, 10_000)
    # each pool's is told, and what is new besides
    site = _site(*_standing("pool1", a=100), *_standing("pool2", b=100), used=(9_000, 19_000))
    found = shortages(_wanted("t-mine00", had, a=2_000, b=3_000, c=4_000), ledger(had), site, GENEROUS, NOTHING)
    assert [(one.code, one.params.get("pools")) for one in found if "volume" in one.params] == [
        ("capacity.no-room-to-grow", "pool2"),
        ("capacity.no-room-to-grow", "pool1"),
        ("capacity.no-pool", None),
    ]
    try:
        use_language("en")
        assert say("capacity.no-room-to-grow", **short) == (
            "the volume a of web-1 cannot grow by 11900 GiB to 12000 GiB: it stays in the pool it lies in (pool1), "
            "which has 9900 GiB left, so 10000 GiB is the most it can become"
        )
    finally:
        use_language("zh")


def test_what_is_new_gets_what_growths_leave() -> None:
    had, site = _wanted(a=100), _site(*_standing(a=100), used=(0, 100))
    assert _told(_wanted("t-mine00", had, a=15_000, n=10_000), ledger(had), site) == []
    (short,) = _told(_wanted("t-mine00", had, a=15_000, n=10_001), ledger(had), site)
    assert (short["volume"], short["left"], short["fit"], short["count"]) == ("n", 10_000, 0, 1)


def test_a_pool_that_nobody_names_is_any_of_the_type() -> None:
    had = _wanted(a=100)
    for pool in ("", "devcontrol@gone#pool9"):
        site = _site(*_standing(pool, a=100))
        assert _told(_wanted("t-mine00", had, a=15_000), ledger(had), site) == []
        (short,) = _told(_wanted("t-mine00", had, a=20_000), ledger(had), site)
        assert (short["pools"], short["left"], short["most"]) == ("pool1, pool2", 19_700, 19_800)


def test_a_smaller_volume_is_made_beside_the_one_it_replaces() -> None:
    had, site = _wanted(a=15_000), _site(*_standing(a=15_000), used=(0, 15_000))
    assert _told(_wanted("t-mine00", had, a=10_000), ledger(had), site) == []
    # as the cloud tells it and, where it does not, as the records do
    for seen in (site, replace(site, volumes=None)):
        (short,) = _told(_wanted("t-mine00", had, a=14_000), ledger(had), seen)
        numbers = {"size": 14_000, "left": 10_000, "old": 15_000, "fit": 0, "count": 1}
        assert short == {"volume": "a", "machine": "web-1", **numbers}
    try:
        use_language("en")
        assert "cannot shrink or change its type and is made anew while the old one of 15000 GiB still stands" in (
            say("capacity.no-pool-anew", **short)
        )
    finally:
        use_language("zh")
    # what others were promised is beside what they have, too
    other = _wanted("t-other0", _wanted("t-other0", a=15_000), a=9_000)
    books = Ledger({"t-other0": _wanted("t-other0", a=15_000)}, {"t-other0": other})
    (short,) = _told(_wanted(d=6_000), books, _site(used=(0, 15_000)))
    assert short["left"] == 5_000


def test_what_stands_is_what_the_cloud_says() -> None:
    """An apply that failed leaves records of what was to be, and what is there is asked for again."""
    meant, full = _wanted(a=8_000), _site(*_standing(a=100), used=(9_900, 19_000))
    (short,) = _told(meant, ledger(meant), full)
    assert (short["volume"], short["size"], short["most"]) == ("a", 7_900, 1_100)
    (short,) = _told(meant, ledger(meant), _site(used=(9_900, 19_000)))
    assert (short["volume"], short["size"], short["count"]) == ("a", 8_000, 1)
    # of a replacement that was cut off both stand, and the one that would do stays
    both = _site(*_standing(a=15_000), *_standing("pool1", a=8_000), used=(9_900, 19_000))
    for size in (15_000, 8_000):
        now = _wanted(a=size)
        assert _told(now, ledger(now), both) == []


def test_a_volume_that_must_be_encrypted_now_is_another() -> None:
    had = _wanted(d=600)
    secret = {"all": {"grade": "general", "personal": "general"}}
    request = asked(data=secret, iaas={"servers": {"web": server(volumes={"d": "600GiB"})}})
    now, _ = allocate(case(request, "t-mine00", had))
    assert now is not None
    tight = facts(volume_pools=(Pool("one", "pools", Stock(1000, used=600)),))
    assert [short["size"] for short in _told(now, ledger(had), tight)] == [600]


def test_records_that_do_not_say_how_large_volumes_are() -> None:
    full = facts(volume_pools=(Pool("one", "pools", Stock(1000, used=900)),))
    had = _wanted(d=900)
    for volumes in ({}, {name: replace(disk, size=0) for name, disk in had.volumes.items()}):
        assert _told(had, ledger(replace(had, volumes=volumes)), full) == []


def test_what_others_were_promised_takes_a_pool_too() -> None:
    """Two saved plans that fit each for itself, and not together, though their sum does."""
    wanted, other = _wanted(d=12 * TIB), _wanted("t-other0", d=12 * TIB)
    (short,) = _told(wanted, Ledger(reserved={"t-other0": other}))
    assert short["left"] == 10_000
    assert _told(wanted, Ledger({"t-other0": other}, {}, frozenset(["t-other0"]))) == [short]
    # what stands is counted where it is used, and elsewhere is not here
    assert _told(wanted, ledger(other)) == []
    assert _told(wanted, Ledger({"t-other0": other}, {"t-other0": other})) == []
    assert _told(wanted, Ledger(reserved={"t-other0": replace(other, site="elsewhere")})) == []
    # of a change that is reserved only what is new
    grown = _wanted("t-other0", other, d=12 * TIB, more=9_000)
    assert _told(_wanted(d=9_000), Ledger({"t-other0": other}, {"t-other0": grown})) == []
    assert _told(_wanted(d=12_000), Ledger({"t-other0": other}, {"t-other0": grown})) != []
