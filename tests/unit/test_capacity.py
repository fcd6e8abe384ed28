"""Admission by capacity: the sum of max(granted, used) stays within what there is, and nobody loses what he has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import pytest

from govcloud.allocation.amounts import Amounts
from govcloud.allocation.capacity import shortages
from govcloud.allocation.facts import ExternalNetwork, Facts, Pool, Stock
from govcloud.allocation.ledger import Allocation, Ledger
from govcloud.allocation.shortage import Shortage
from govcloud.province.department import Allowance, Department
from govcloud.province.site import HoldBack
from govcloud.text import LANGUAGES, next_step, say, use_language
from tests.unit.ground import (
    ENDLESS,
    GENEROUS,
    NOTHING,
    asked,
    cases,
    facts,
    given,
    host,
    large,
    ledger,
    reasons,
    server,
    slivers,
)

ADMISSION: Final = [one for one in cases("capacity/admission") if "apart" not in one]


@dataclass(frozen=True)
class Class:
    """A class of what is limited: its shortage, an amount of it, and a site that has so much of it."""

    code: str
    amounts: Callable[[int], Amounts]
    site: Callable[[Stock], Facts]
    unit: int = 1


def _zone(name: str) -> Callable[[int], Amounts]:
    return lambda number: Amounts(by_zone={"az1": {name: number}})


def _host(name: str) -> Callable[[Stock], Facts]:
    stocks = dict.fromkeys(("cores", "memory", "disk"), ENDLESS)
    return lambda stock: facts(hosts=(host("only", "az1", **{**stocks, name: stock}),))


CLASSES: Final = {
    "cores": Class("capacity.site-cores", _zone("cores"), _host("cores")),
    "memory": Class("capacity.site-memory", _zone("memory"), _host("memory"), unit=1024),
    "disk": Class("capacity.site-disk", _zone("disk"), _host("disk")),
    "volumes": Class(
        "capacity.volumes",
        lambda number: Amounts(volumes={"plain": number}),
        lambda stock: facts(volume_pools=(Pool("only", "pools", stock),)),
    ),
    "addresses": Class(
        "capacity.external-addresses",
        lambda number: Amounts(addresses={"internet": number}, gateways={"internet": 0}),
        lambda stock: facts(external_networks={"internet": ExternalNetwork("id", "internet", stock)}),
    ),
}


@cache
def _nobody() -> Allocation:
    return replace(given(asked()), machines={}, servers={})


def _holding(tenancy: str, granted: Amounts, built: Amounts | None = None, site: str = "main") -> Allocation:
    return replace(_nobody(), tenancy=tenancy, site=site, granted=granted, demand=built or Amounts())


def _told(one: Mapping[str, Any], kind: Class) -> list[Shortage]:
    def amounts(number: int) -> Amounts:
        return kind.amounts(number * kind.unit)

    allocations, reserved, building = {}, {}, set()
    if "had" in one:
        allocations["t-mine00"] = _holding("t-mine00", amounts(one["had"]), amounts(one.get("built", 0)))
    for number, other in enumerate(one.get("others", ())):
        name, site = f"t-other{number}", other.get("site", "main")
        if "granted" in other:
            allocations[name] = _holding(name, amounts(other["granted"]), amounts(other.get("built", 0)), site)
        if "reserved" in other:
            reserved[name] = _holding(name, amounts(other["reserved"]), amounts(other["reserved"]))
        if other.get("building"):
            building.add(name)
    books = Ledger(allocations, reserved, frozenset(building))
    site = kind.site(Stock(one["total"] * kind.unit, used=one.get("used", 0) * kind.unit))
    wanted = _holding("t-mine00", amounts(one["wants"]))
    return shortages(wanted, books, site, GENEROUS, HoldBack(growth=one.get("held", 0)))


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("one", ADMISSION, ids=lambda one: one["name"])
def test_admission(one: Mapping[str, Any], kind: str) -> None:
    held_back = one.get("held") and kind == "addresses"  # addresses do not grow
    found = [
        (short.code, {k: short.params[k] for k in ("wanted", "left", "missing")}) for short in _told(one, CLASSES[kind])
    ]
    if "gives" not in one or held_back:
        assert held_back or found == []
        return
    numbers = {"wanted": one["wants"], "left": one["gives"], "missing": one["wants"] - one["gives"]}
    assert found == [(CLASSES[kind].code, numbers)]


def test_numbers_of_memory_are_rounded_against_the_asker_and_add_up() -> None:
    site = _host("memory")(Stock(5 * 1024 + 600))
    wanted = _holding("t-mine00", Amounts(by_zone={"az1": {"memory": 10 * 1024 + 1}}))
    (short,) = shortages(wanted, Ledger(), site, GENEROUS, NOTHING)
    assert short.params == {"wanted": 11, "left": 5, "missing": 6, "reserved": 0, "zone": "az1"}


def test_capacity_is_what_placement_says() -> None:
    assert Stock(64, 2, 4.0).capacity == 248
    assert Stock(64, 2, 4.0, used=250).free == 0
    cores = Stock(64, 2, 4.0)
    (short,) = shortages(_holding("t-mine00", _zone("cores")(249)), Ledger(), _host("cores")(cores), GENEROUS, NOTHING)
    assert (short.params["left"], short.params["missing"]) == (248, 1)
    assert (
        shortages(_holding("t-mine00", _zone("cores")(248)), Ledger(), _host("cores")(cores), GENEROUS, NOTHING) == []
    )


@pytest.mark.parametrize(("hosts", "cores"), [(0, 248 + 376), (1, 248), (2, 0), (9, 0)])
def test_the_largest_hosts_of_every_zone_are_kept_for_the_failure_of_one(hosts: int, cores: int) -> None:
    for zone in ("az1", "az2"):
        fits, too_much = (_holding("t-mine00", Amounts(by_zone={zone: {"cores": n}})) for n in (cores, cores + 1))
        assert shortages(fits, Ledger(), facts(), GENEROUS, HoldBack(hosts=hosts)) == []
        (short,) = shortages(too_much, Ledger(), facts(), GENEROUS, HoldBack(hosts=hosts))
        assert short.params == {"wanted": cores + 1, "left": cores, "missing": 1, "reserved": 0, "zone": zone}


def test_use_on_hosts_that_are_held_back_counts_too() -> None:
    """Nova puts machines on every host; what is held back is capacity, not a host that stands empty."""
    crowded = tuple(replace(h, cores=replace(h.cores, used=100)) for h in facts().hosts)
    wanted = _holding("t-mine00", Amounts(by_zone={"az1": {"cores": 49}}))
    (short,) = shortages(wanted, Ledger(), facts(hosts=crowded), GENEROUS, HoldBack(hosts=1))
    assert short.params["left"] == 48


def test_a_zone_without_hosts_holds_nothing_and_breaks_nothing() -> None:
    """limes #485: an empty availability zone divided by zero and switched over-commitment off everywhere."""
    only_one = facts(hosts=tuple(h for h in facts().hosts if h.zone == "az1"))
    here, there = ({zone: {"cores": 4}} for zone in ("az1", "az2"))
    wanted = _holding("t-mine00", Amounts(by_zone={**here, **there}))
    (short,) = shortages(wanted, Ledger(), only_one, GENEROUS, HoldBack(hosts=1, growth=10))
    assert short.params == {"wanted": 4, "left": 0, "missing": 4, "reserved": 0, "zone": "az2"}
    # what stands in a zone whose hosts are all down stays its own
    assert shortages(wanted, ledger(wanted), only_one, GENEROUS, NOTHING) == []


def test_what_is_unused_may_move_to_another_zone_though_its_own_is_over_booked() -> None:
    """limes #723."""
    full = tuple(replace(h, cores=replace(h.cores, used=h.cores.capacity)) for h in facts().hosts if h.zone == "az1")
    site = facts(hosts=(*full, *(h for h in facts().hosts if h.zone == "az2")))
    had = _holding("t-mine00", Amounts(by_zone={"az1": {"cores": 8}}))
    moved = _holding("t-mine00", Amounts(by_zone={"az1": {"cores": 4}, "az2": {"cores": 4}}))
    assert shortages(moved, ledger(had), site, GENEROUS, NOTHING) == []
    back = _holding("t-mine00", Amounts(by_zone={"az1": {"cores": 9}}))
    assert reasons(shortages(back, ledger(had), site, GENEROUS, NOTHING)) == {"capacity.site-cores"}


def _volumes(**sizes: str) -> Any:
    """The smallest request with volumes; those that hold personal data are encrypted."""
    data = {"open": {"grade": "general"}, "people": {"grade": "general", "personal": "general"}}
    volumes = {key: {"size": size, "holds": [key]} for key, size in sizes.items()}
    return asked(data=data, iaas={"servers": {"web": server(volumes=volumes)}})


def test_types_of_one_pool_share_it_and_types_of_others_do_not() -> None:
    wanted = given(_volumes(open="60GiB", people="60GiB"))
    pools = (Pool("first", "a", Stock(100)), Pool("second", "b", Stock(50)))
    together = facts(volume_types={"plain": "a", "encrypted": "a"}, volume_pools=pools)
    apart = facts(volume_types={"plain": "a", "encrypted": "b"}, volume_pools=pools)
    short, _ = shortages(wanted, Ledger(), together, GENEROUS, NOTHING)
    numbers: dict[str, Any] = {"wanted": 120, "left": 100, "missing": 20, "reserved": 0}
    assert (short.code, short.params) == ("capacity.volumes", {**numbers, "types": "encrypted, plain"})
    short, _ = shortages(wanted, Ledger(), apart, GENEROUS, NOTHING)
    numbers = {"wanted": 60, "left": 50, "missing": 10, "reserved": 0}
    assert (short.code, short.params) == ("capacity.volumes", {**numbers, "types": "encrypted"})


def test_where_no_pool_is_named_none_is_called_too_small() -> None:
    gone = facts(volume_types={"plain": "gone", "encrypted": "gone"})
    (short,) = shortages(given(_volumes(open="1GiB")), Ledger(), gone, GENEROUS, NOTHING)
    assert (short.code, short.params) == ("capacity.no-pools", {"types": "plain"})


def test_types_that_are_not_there_are_named() -> None:
    (short,) = shortages(given(_volumes(open="1GiB")), Ledger(), facts(volume_types={}), GENEROUS, NOTHING)
    assert (short.code, short.params) == ("capacity.no-volume-type", {"type": "plain"})


def test_what_is_to_be_encrypted_is_given_where_it_will_be() -> None:
    """Personal data is encrypted though no rule speaks of it; a volume that stands already is not built again."""
    wanted, named_only = given(_volumes(open="1GiB", people="1GiB")), facts(encrypting=frozenset())
    (short,) = shortages(wanted, Ledger(), named_only, GENEROUS, NOTHING)
    assert (short.code, short.params["volume"], short.params["type"]) == (
        "capacity.not-encrypted", "web/people", "encrypted",
    )  # fmt: skip
    assert short.key == "iaas.servers.web.volumes.people"
    assert list(shortages(wanted, ledger(wanted), named_only, GENEROUS, NOTHING)) == []


ALLOWED: Final[Mapping[str, Callable[[int], Amounts]]] = {
    "cores": lambda n: Amounts(cores=n),
    "memory": lambda n: Amounts(memory=n * 1024),
    "disk": lambda n: Amounts(disk=n - n // 2, volumes={"plain": n // 2}),
    "addresses": lambda n: Amounts(addresses={"internet": n}),
}


def _limit(name: str, number: int) -> Department:
    scaled = number * 1024 if name == "memory" else number
    return GENEROUS.model_copy(update={"allowance": GENEROUS.allowance.model_copy(update={name: scaled})})


def _allowed(
    name: str, wants: int, *, limit: int, had: int | None = None, others: tuple[int, ...] = ()
) -> Iterator[Any]:
    amounts = ALLOWED[name]
    mine = [_holding("t-mine00", amounts(had))] if had is not None else []
    held = [_holding(f"t-other{n}", amounts(number)) for n, number in enumerate(others)]
    for short in shortages(
        _holding("t-mine00", amounts(wants)), ledger(*mine, *held), facts(), _limit(name, limit), NOTHING
    ):
        yield short.code, short.params


@pytest.mark.parametrize("name", ALLOWED)
def test_allowance(name: str) -> None:
    short = f"capacity.allowance-{name}"
    assert list(_allowed(name, 10, limit=10)) == []
    assert list(_allowed(name, 11, limit=10)) == [(short, {"wanted": 11, "left": 10, "missing": 1, "reserved": 0})]
    assert list(_allowed(name, 5, limit=10, others=(2, 3))) == []
    assert list(_allowed(name, 6, limit=10, others=(2, 3))) == [
        (short, {"wanted": 6, "left": 5, "missing": 1, "reserved": 0})
    ]
    # an allowance that was cut takes nothing away, and lets nothing grow
    assert list(_allowed(name, 8, limit=4, had=8)) == []
    assert list(_allowed(name, 6, limit=4, had=8)) == []
    assert list(_allowed(name, 9, limit=4, had=8)) == [(short, {"wanted": 9, "left": 4, "missing": 5, "reserved": 0})]
    assert list(_allowed(name, 9, limit=4, had=8, others=(6,))) == [
        (short, {"wanted": 9, "left": 0, "missing": 9, "reserved": 0})
    ]


def test_an_allowance_counts_all_sites_and_no_other_department() -> None:
    elsewhere = replace(_holding("t-other1", Amounts(cores=6)), site="elsewhere")
    stranger = replace(_holding("t-other2", Amounts(cores=600)), department="11330000123456788K")
    wanted = _holding("t-mine00", Amounts(cores=5))
    (short,) = shortages(wanted, ledger(elsewhere, stranger), facts(), _limit("cores", 10), NOTHING)
    assert short.params == {"wanted": 5, "left": 4, "missing": 1, "reserved": 0}


def test_an_allowance_counts_what_was_given_under_formercodes() -> None:
    former = replace(_holding("t-other1", Amounts(cores=6)), department="11330000123456788K")
    wanted = _holding("t-mine00", Amounts(cores=5))
    merged = _limit("cores", 10).model_copy(update={"former": ("11330000123456788K",)})
    assert shortages(wanted, ledger(former), facts(), _limit("cores", 10), NOTHING) == []
    (short,) = shortages(wanted, ledger(former), facts(), merged, NOTHING)
    assert short.params == {"wanted": 5, "left": 4, "missing": 1, "reserved": 0}


def test_an_allowance_counts_what_is_reserved_and_what_stands_whichever_is_more() -> None:
    stands, plans = (_holding("t-other1", Amounts(cores=n)) for n in (6, 2))
    wanted = _holding("t-mine00", Amounts(cores=5))
    for books in (Ledger({"t-other1": stands}, {"t-other1": plans}), Ledger({"t-other1": plans}, {"t-other1": stands})):
        (short,) = shortages(wanted, books, facts(), _limit("cores", 10), NOTHING)
        assert short.params["left"] == 4


def test_everything_that_does_not_fit_is_said_at_once() -> None:
    site = facts(
        hosts=(host("only", "az1", cores=Stock(1), memory=Stock(1), disk=Stock(1)),),
        volume_pools=(Pool("only", "pools", Stock(1)),),
        external_networks={"common": ExternalNetwork("id", "common", Stock(0))},
    )
    wanted = given(_volumes(open="2GiB"), facts=site)
    tight = GENEROUS.model_copy(update={"allowance": Allowance(cores=1, memory=1, disk=1)})
    assert [short.code for short in shortages(wanted, Ledger(), site, tight, NOTHING)] == [
        "capacity.allowance-cores",
        "capacity.allowance-memory",
        "capacity.allowance-disk",
        "capacity.site-cores",
        "capacity.site-memory",
        "capacity.site-disk",
        "capacity.volumes",
        "capacity.external-addresses",
        "capacity.no-host",
        "capacity.no-pool",
    ]


@pytest.mark.parametrize(
    ("code", "language", "text"),
    [
        (
            "site-cores",
            "zh",
            "资源池可用区 az1 的 CPU 不够：需要 11 核，可分配 10 核，缺 1 核；"
            "别的系统已保存的方案和正在执行的变更占着 0 核（见 govcloud list）",
        ),
        (
            "site-cores",
            "en",
            "the availability zone az1 has too few cores: 11 wanted, 10 to give, 1 missing; "
            "saved plans and running changes of others keep 0 (govcloud list shows them)",
        ),
        (
            "site-memory",
            "zh",
            "资源池可用区 az1 的内存不够：需要 11 GiB，可分配 10 GiB，缺 1 GiB；"
            "别的系统已保存的方案和正在执行的变更占着 0 GiB（见 govcloud list）",
        ),
        (
            "site-memory",
            "en",
            "the availability zone az1 has too little memory: 11 GiB wanted, 10 GiB to give, 1 GiB missing; "
            "saved plans and running changes of others keep 0 GiB (govcloud list shows them)",
        ),
    ],
)
def test_the_numbers_stand_in_the_message(code: str, language: Any, text: str) -> None:
    kind = next(kind for kind in CLASSES.values() if kind.code == f"capacity.{code}")
    (short,) = _told({"total": 10, "wants": 11}, kind)
    try:
        use_language(language)
        assert say(short.code, **short.params) == text
    finally:
        use_language("zh")


def test_every_shortage_can_be_said_with_its_next_step() -> None:
    found = [short for kind in CLASSES.values() for short in _told({"total": 10, "wants": 11}, kind)]
    site = slivers(1)
    found += shortages(given(large(2), facts=site), Ledger(), site, _limit("cores", 1), NOTHING)
    gone = facts(volume_types={})
    found += shortages(given(_volumes(open="1GiB")), Ledger(), gone, GENEROUS, NOTHING)
    try:
        for language in LANGUAGES:
            use_language(language)
            for short in found:
                said = say(short.code, **short.params)
                assert all(
                    str(short.params[name]) in said for name in ("wanted", "left", "missing") if name in short.params
                )
                assert next_step(short.code, **short.params)
    finally:
        use_language("zh")


def test_growth_is_granted_and_not_built() -> None:
    iaas = {"servers": {"web": server(count=3, volumes={"files": "7GiB"})}, "growth": "20%"}
    one = given(asked(iaas=iaas))
    assert (one.demand.cores, one.granted.cores) == (6, 8)  # 7.2, rounded up
    assert (one.demand.memory, one.granted.memory) == (12288, 14746)
    assert (one.demand.storage, one.granted.storage) == (120 + 21, 144 + 26)
    assert one.granted.instances == one.demand.instances == 3
    assert {zone: sizes["cores"] for zone, sizes in one.granted.by_zone.items()} in (
        {"az1": 5, "az2": 3},
        {"az1": 3, "az2": 5},
    )


def test_a_refusal_says_how_much_saved_plans_keep() -> None:
    def keeping(allocations: Mapping[str, Allocation], reserved: Mapping[str, Allocation]) -> object:
        wanted, site = _holding("t-mine00", _zone("cores")(99)), _host("cores")(Stock(10))
        (short,) = shortages(wanted, Ledger(allocations, reserved), site, GENEROUS, NOTHING)
        return short.params["reserved"]

    has, asks = ({"t-other0": _holding("t-other0", _zone("cores")(n))} for n in (2, 6))
    assert keeping({}, {}) == 0
    assert keeping(has, {}) == 0
    assert keeping({}, asks) == 6
    assert keeping(has, asks) == 4
    assert keeping(asks, has) == 0
