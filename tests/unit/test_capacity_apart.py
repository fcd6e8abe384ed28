"""Strict anti-affinity: the machines of one server need a host each, and admission knows how many are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from govcloud.allocation.capacity import shortages
from govcloud.allocation.facts import Facts, Host, Stock
from govcloud.allocation.ledger import Allocation, Ledger
from govcloud.allocation.shortage import Shortage
from govcloud.province.site import HoldBack
from govcloud.text import LANGUAGES, next_step, say, use_language
from tests.unit.ground import ENDLESS, GENEROUS, asked, cases, facts, given, host, ledger, province, server

CASES: Final = [one for one in cases("capacity/admission") if "apart" in one]


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    yield
    use_language("zh")


def _site(*free: int, zone: str = "az1") -> Facts:
    return facts(hosts=tuple(_hosts(*free, zone=zone)))


def _hosts(*free: int, zone: str) -> Iterator[Host]:
    for number, gib in enumerate(free):
        memory = Stock(1024 * 1024, used=(1024 - gib) * 1024)
        yield host(f"{zone}-h{number}", zone, cores=ENDLESS, memory=memory, disk=ENDLESS)


def _wants(servers: Mapping[str, Any], site: Facts, *before: Allocation, policy: str = "strict") -> Allocation:
    rules = province(policy={"anti_affinity": policy})
    return given(asked(iaas={"servers": servers}), "t-aaaaaa", *before, facts=site, province=rules)


def _large(count: int) -> Mapping[str, Any]:
    return server(cpu=8, memory="32GiB", count=count)


def _told(
    wanted: Allocation, site: Facts, *before: Allocation, held: int = 0
) -> list[tuple[str, Mapping[str, object]]]:
    found = shortages(wanted, ledger(*before), site, GENEROUS, HoldBack(hosts=held))
    return [(one.code, one.params) for one in found if one.code in ("capacity.no-host", "capacity.too-few-hosts")]


@pytest.mark.parametrize("one", CASES, ids=lambda one: one["name"])
def test_a_host_for_each(one: Mapping[str, Any]) -> None:
    site, policy = _site(*one["free"]), one.get("policy", "strict")
    before = [_wants({"web": _large(one["standing"])}, site, policy=policy)] if "standing" in one else []
    wanted = _wants({"web": _large(one["apart"])}, site, *before, policy=policy)
    found = _told(wanted, site, *before, held=one.get("held", 0))
    if "missing" not in one:
        assert found == []
        return
    ((code, params),) = found
    assert code == "capacity.too-few-hosts"
    assert params == {
        "server": "web",
        "zone": "az1",
        "machines": one["apart"],
        "hosts": one["apart"] - one["missing"],
        "missing": one["missing"],
        "cpu": 8,
        "memory": 32,
        "disk": 40,
    }


def test_machines_of_different_servers_may_share_a_host() -> None:
    site = _site(36, 36)
    assert _told(_wants({"app": _large(2), "web": server(count=2)}, site), site) == []


def test_every_server_that_lacks_hosts_is_said() -> None:
    site = _site(999)
    found = _told(_wants({"app": _large(2), "web": server(count=3)}, site), site)
    assert [(code, params["server"], params["missing"]) for code, params in found] == [
        ("capacity.too-few-hosts", "app", 1),
        ("capacity.too-few-hosts", "web", 2),
    ]


def test_every_availability_zone_has_hosts_of_its_own() -> None:
    site = facts(hosts=(*_hosts(32, zone="az1"), *_hosts(32, zone="az2")))
    assert _told(_wants({"web": _large(2)}, site), site) == []
    found = _told(_wants({"web": _large(4)}, site), site)
    assert [(params["zone"], params["missing"]) for _, params in found] == [("az1", 1), ("az2", 1)]


def test_those_that_must_stand_apart_choose_before_those_of_their_size_that_need_not() -> None:
    """What stood under a soft policy keeps it: both kinds may be wanted at once."""
    site = _site(64, 32)
    soft = _wants({"zoo": _large(1)}, site, policy="soft")
    both = _wants({"app": _large(2), "zoo": _large(1)}, site, soft)
    assert {key: pin.apart for key, pin in both.servers.items()} == {
        "app": "anti-affinity",
        "zoo": "soft-anti-affinity",
    }
    fresh = shortages(both, Ledger(), site, GENEROUS, HoldBack())
    assert [one.code for one in fresh] == []


def test_a_machine_that_fits_nowhere_does_not_hide_who_lacks_a_host() -> None:
    site = _site(8)
    soft = _wants({"zoo": _large(1)}, site, policy="soft")
    both = _wants({"web": server(count=2), "zoo": _large(1)}, site, soft)
    found: list[Shortage] = shortages(both, Ledger(), site, GENEROUS, HoldBack())
    assert [(one.code, one.key) for one in found if "host" in one.code] == [
        ("capacity.too-few-hosts", "iaas.servers.web"),
        ("capacity.no-host", "iaas.servers.zoo"),
    ]


def test_it_is_said_with_the_number_of_hosts_missing() -> None:
    site = _site(999)
    ((code, params),) = _told(_wants({"web": _large(3)}, site), site)
    for language in LANGUAGES:
        use_language(language)
        said = say(code, **params)
        assert all(str(params[name]) in said for name in ("server", "zone", "machines", "hosts", "missing"))
        assert next_step(code, **params)
