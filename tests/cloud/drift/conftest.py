"""One tenancy that strangers lay hands on; built once for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cloud.conftest import Cloud, Devcloud
from tests.cloud.drift.place import Place
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, open_workshop

REQUEST = Path(__file__).parents[2] / "cases" / "drift.yaml"


@pytest.fixture(scope="package")
def shop(devcloud: Devcloud, operator: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """An operator whose departments serve themselves, so that there are members, and who may delete a lot."""
    for shop in open_workshop(devcloud, operator, tmp_path_factory.mktemp("drift")):
        file = shop.root / "departments" / "dot" / "department.yaml"
        file.write_text(file.read_text("utf-8") + "self_service: true\n", "utf-8")
        yield shop


@pytest.fixture(scope="package")
def place(shop: Workshop, devcloud: Devcloud) -> Place:
    """The tenancy."""
    path = shop.write("drift.test", {**smallest("变动系统"), **yaml.safe_load(REQUEST.read_text("utf-8"))})
    shop.run("apply", path, "--yes")
    tenancy = shop.tenancy(path)
    return Place(shop, devcloud, path, tenancy, shop.project(tenancy))
