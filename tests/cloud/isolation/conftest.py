"""Two departments with the same request, and their people; built once for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cloud.conftest import Cloud, Devcloud
from tests.cloud.isolation.reading import Reading, read
from tests.cloud.isolation.wiring import Machine, machines
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, open_workshop

DEPARTMENTS = {"dot": "113300000029384738", "hrss": "11330000123456788K"}
REQUEST = Path(__file__).parents[2] / "cases" / "neighbours.yaml"


@dataclass(frozen=True)
class Neighbour:
    """A tenancy that was applied: its request's file, its id, its iaas project's id."""

    shop: Workshop
    path: str
    tenancy: str
    project: str

    @property
    def request(self) -> Any:
        """The request as it stands in its file now."""
        return yaml.safe_load((self.shop.root / self.path).read_text("utf-8"))

    @property
    def machines(self) -> list[Machine]:
        """Its machines as they are wired now."""
        return machines(self.shop.cloud, self.tenancy, self.project, self.request)

    @property
    def reading(self) -> Reading:
        """What its request lets it do."""
        province = yaml.safe_load((self.shop.root / "province.yaml").read_text("utf-8"))
        subnets = self.shop.cloud.network.subnets(project_id=self.project)
        ranges = {subnet.name.removeprefix(f"{self.tenancy}-"): IPv4Network(subnet.cidr) for subnet in subnets}
        return read(self.request, province, ranges)


def settle(shop: Workshop, paths: Iterable[str]) -> Iterator[tuple[Neighbour, ...]]:
    """Tenancies that move in at the same moment, as many departments' would, and in the end leave together."""
    wanted = list(paths)
    with ThreadPoolExecutor(len(wanted)) as pool:
        list(pool.map(lambda path: shop.run("apply", path, "--yes"), wanted))
        ids = {path: shop.tenancy(path) for path in wanted}
        yield tuple(Neighbour(shop, path, tenancy, shop.project(tenancy)) for path, tenancy in ids.items())
        list(pool.map(lambda tenancy: _leave(shop, tenancy), ids.values()))


def _leave(shop: Workshop, tenancy: str) -> None:
    # a test that failed may have left it cut off
    shop.run("release", tenancy)
    shop.run("destroy", tenancy, "--yes")


@pytest.fixture(scope="package")
def shop(devcloud: Devcloud, operator: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """One operator; its departments serve themselves, so that there are members."""
    for shop in open_workshop(devcloud, operator, tmp_path_factory.mktemp("isolation"), whole=True):
        for short in DEPARTMENTS:
            file = shop.root / "departments" / short / "department.yaml"
            file.write_text(file.read_text("utf-8") + "self_service: true\n", "utf-8")
        yield shop


@pytest.fixture(scope="package")
def neighbours(shop: Workshop) -> Iterator[tuple[Neighbour, ...]]:
    """Two departments that asked for the same: same keys, same zones, same flows."""
    paths = []
    for short, code in DEPARTMENTS.items():
        request = {**smallest("同名系统"), **yaml.safe_load(REQUEST.read_text("utf-8")), "department": code}
        paths.append(shop.write("same.test", request, short))
    yield from settle(shop, paths)
