"""What passes between machines is what the requests say, and nothing else: asked of OVN's pipeline, for all pairs."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.cloud.conftest import Devcloud
from tests.cloud.isolation.byhand import everything_open, rule, zones_joined
from tests.cloud.isolation.conftest import DEPARTMENTS, Neighbour, settle
from tests.cloud.isolation.pipeline import first_packet
from tests.cloud.isolation.verdicts import Attempt, Street, Way, street, told
from tests.cloud.samples import random_request
from tests.cloud.workshop import Workshop


@pytest.fixture(scope="module")
def strangers(shop: Workshop) -> Iterator[tuple[Neighbour, ...]]:
    """A random topology for each department; whatever fails names its file, and that its seed."""
    paths = []
    for short, code in DEPARTMENTS.items():
        seed = random.randrange(10_000)
        paths.append(shop.write(f"seed-{seed}.test", {**random_request(seed), "department": code}, short))
    yield from settle(shop, paths)


@pytest.fixture(scope="module")
def everybody(neighbours: tuple[Neighbour, ...], strangers: tuple[Neighbour, ...]) -> tuple[Neighbour, ...]:
    """The two with the same request, and those with random ones."""
    return *neighbours, *strangers


@pytest.fixture(scope="module")
def town(devcloud: Devcloud, everybody: tuple[Neighbour, ...]) -> Street:
    return street(devcloud, *everybody)


def assert_as_declared(town: Street) -> dict[Attempt, Way]:
    """Exactly what is declared passes; no tenancy meets another, no zone meets another."""
    passing, expected = dict(town.passing()), town.expected()
    wrong = {
        "undeclared": passing.keys() - expected,
        "declared and refused": expected - passing.keys(),
        "between tenancies": {one for one in passing if one.strangers},
        "between zones": {one for one in passing if one.apart},
    }
    words = [f"{how}: {told(which)}" for how, which in wrong.items() if which]
    assert not words, "\n".join([*words, str(dict(town.requests))])
    return passing


def test_exactly_what_is_declared_passes(town: Street, neighbours: tuple[Neighbour, ...]) -> None:
    passing = assert_as_declared(town)
    # random machines may have nothing to say to each other
    assert {one.source.tenancy for one in passing} >= {one.tenancy for one in neighbours}
    assert set(passing.values()) == {"inside"}


def test_every_packet_that_is_refused_would_pass_once_its_flow_is_open(
    town: Street, everybody: tuple[Neighbour, ...]
) -> None:
    """The positive twin of every negative there is; and the assertion itself turns red."""
    with everything_open(*everybody):
        passing = town.passing()
        assert told(set(town.attempts) - passing.keys()) == []
        # tenancies and zones have no router in common, whatever the rules say
        for one, way in passing.items():
            assert way == ("outside" if one.strangers or one.apart else "inside"), str(one)
        with pytest.raises(AssertionError, match="between tenancies"):
            assert_as_declared(town)
    assert_as_declared(town)


def test_zones_that_somebody_joins_are_seen_to_meet(town: Street, neighbours: tuple[Neighbour, ...]) -> None:
    one = neighbours[0]
    app = next(machine for machine in town.machines if (machine.tenancy, machine.name) == (one.tenancy, "app-1"))
    with everything_open(one), zones_joined(one, app, "internet"):
        ways = {way for attempt, way in town.passing().items() if attempt.apart and not attempt.strangers}
    assert "inside" in ways
    assert_as_declared(town)


def test_one_rule_by_hand_opens_just_that(town: Street, neighbours: tuple[Neighbour, ...]) -> None:
    """Both databases are offered to their zone: a neighbour that helps itself to a way out reaches the other's too."""
    one, other = neighbours
    with rule(other, "server-app", "egress", protocol="tcp", port_range_min=6432, port_range_max=6432):
        more = town.passing().keys() - town.expected()
        with pytest.raises(
            AssertionError, match=f"between tenancies: .*{other.tenancy}/app-1 → {one.tenancy}/db-1 6432/tcp"
        ):
            assert_as_declared(town)
    assert told(more) == sorted(
        f"{other.tenancy}/app-{i} → {tenancy}/db-1 6432/tcp" for i in (1, 2) for tenancy in (one.tenancy, other.tenancy)
    )


def test_first_packets_are_judged_like_all(devcloud: Devcloud, town: Street) -> None:
    expected = town.expected()
    dice = random.Random(len(town.attempts))
    refused = sorted(set(town.attempts) - expected, key=str)
    for one in [*dice.sample(sorted(expected, key=str), 10), *dice.sample(refused, 10)]:
        packet = one.source.send(one.target.address, one.probe, town.neighbours)
        arrived = one.target.port in first_packet(devcloud, packet).ports
        assert arrived == (one in expected), str(one)
