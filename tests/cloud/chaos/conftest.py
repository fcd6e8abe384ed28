"""A place for the tests of a file, which end every life that they begin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud.chaos.footprint import footprint
from tests.cloud.chaos.place import Place, open_place
from tests.cloud.chaos.point import whose
from tests.cloud.conftest import Cloud, Devcloud


@pytest.fixture(scope="module")
def place(devcloud: Devcloud, operator: Cloud) -> Iterator[Place]:
    """One place for the tests of a file."""
    with open_place(devcloud, operator) as made:
        yield made


@pytest.fixture
def ended(place: Place) -> Iterator[None]:
    """Nothing is left on this machine, and nothing in the cloud once the tenancies are destroyed."""
    place.way.proxy.born.clear()
    yield
    place.way.proxy.clear()
    assert (place.processes(), place.leases(), place.locks(), place.run_folders()) == ([], [], [], [])
    rows = place.shop.run("list", "--for", "operator", "-o", "json").data
    owned = [whose(place, row["path"]) for row in rows]
    for row in rows:
        place.shop.run("destroy", row["tenancy"], "--yes")
    assert [footprint(place.cloud, mine) for mine in owned] == [{}] * len(rows)
