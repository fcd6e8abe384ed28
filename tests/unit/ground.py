"""What tests of pure code stand on: a cloud like the devcloud, the example province, requests from YAML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel

from govcloud.allocation.allocate import Case, Identity, allocate
from govcloud.allocation.facts import ExternalNetwork, Facts, Flavor, Host, Image, Pool, Stock
from govcloud.allocation.ledger import Allocation, Ledger
from govcloud.allocation.shortage import Shortage
from govcloud.province.department import Allowance, Department
from govcloud.province.fit import Fitted, fit
from govcloud.province.model import Province
from govcloud.province.repository import Repository, load_repository
from govcloud.province.site import HoldBack
from govcloud.request.decode import decode
from govcloud.request.load import Loaded, request_of
from govcloud.request.parse import parse
from govcloud.spec.site import Ground
from govcloud.store.tenancies import Tenancy

ROOT: Final = Path(__file__).parents[2]
CASES: Final = ROOT / "tests/cases"
EXAMPLES: Final = ROOT / "examples/province"
FERRY: Final = EXAMPLES / "departments/dot/ferry.test.yaml"
TRAINING: Final = EXAMPLES / "departments/hrss/training.test.yaml"
INSURANCE: Final = EXAMPLES / "departments/hrss/insurance.production.yaml"
USER_DATA: Final = "f" * 64  # of no text at all

# a site and a department that never lack anything, and nothing held back
ENDLESS: Final = Stock(10**9)
GENEROUS: Final = Department(
    kind="Department",
    uscc="113300000029384738",
    name="某省交通运输厅",
    allowance=Allowance(cores=10**6, memory=10**9, disk=10**6, addresses=10**4),
)
NOTHING: Final = HoldBack()

SMALLEST: Final[Mapping[str, Any]] = {
    "apiVersion": "govcloud/v1alpha1",
    "kind": "TenancyRequest",
    "department": "113300000029384738",
    "environment": "test",
    "until": "2028-12-31",
    "system": {"code": "DOT-900", "name": "轮渡考勤系统", "purpose": "测试", "mlps": 2, "classified": False},
    "data": "general",
    "iaas": {"servers": {"web": {"cpu": 2, "memory": "4GiB", "os": "openeuler-24.03"}}},
}

M = TypeVar("M", bound=BaseModel)


def cases(name: str) -> Any:
    """The content of tests/cases/<name>.yaml."""
    return yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))


def declared(form: type[M], content: object) -> M:
    """A declaration from plain data, by way of YAML, as files are read."""
    model, problems = decode(parse(yaml.safe_dump(content, allow_unicode=True), "test.yaml"), form)
    assert model is not None, problems
    return model


@cache
def repository() -> Repository:
    """The example province."""
    return load_repository(EXAMPLES)


def province(**changes: object) -> Province:
    """The example province, some of its keys replaced."""
    content = yaml.safe_load((EXAMPLES / "province.yaml").read_text("utf-8"))
    return declared(Province, {**content, **changes})


def fitted(content: str | Mapping[str, Any] | Path, inside: Repository | None = None) -> Fitted:
    """A request in its place: YAML text, its content, or its file."""
    path = content if isinstance(content, Path) else EXAMPLES.parent / "somewhere.yaml"
    if isinstance(content, Path):
        content = content.read_text("utf-8")
    text = content if isinstance(content, str) else yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False)
    source = parse(text, path.name)
    request, problems = request_of(source)
    assert request is not None, problems
    assert problems == []
    found, problems = fit(Loaded(path, request, source), inside or repository())
    assert found is not None, problems
    return found


def asked(inside: Repository | None = None, **keys: Any) -> Fitted:
    """The smallest request with some of its keys replaced, in its place."""
    return fitted({**SMALLEST, **keys}, inside)


def server(**more: Any) -> dict[str, Any]:
    """A server of two cores, some of its keys replaced."""
    return {"cpu": 2, "memory": "4GiB", "os": "openeuler-24.03", **more}


def host(name: str, zone: str, *, cores: Stock, memory: Stock, disk: Stock) -> Host:
    """A hypervisor."""
    return Host(name, zone, cores, memory, disk)


def facts(**changes: Any) -> Facts:
    """A cloud like the devcloud with nothing on it, some of its fields replaced."""
    sizes = {"g1.small": (2, 4), "g1.medium": (4, 8), "g1.large": (8, 32), "c1.xlarge": (16, 32)}
    images = {
        "openeuler-24.03-2026.09": "aarch64",
        "kylin-v10-sp3-2026.06": "aarch64",
        "uos-v20-1070-2026.03": "x86_64",
    }
    small, large = (Stock(64, 2, 4.0), Stock(262144, 8192)), (Stock(96, 2, 4.0), Stock(393216, 8192))
    found = Facts(
        flavors={name: Flavor(f"id-{name}", name, cpu, ram * 1024, 40) for name, (cpu, ram) in sizes.items()},
        images={name: Image(f"id-{name}", name, arch, 10, 512) for name, arch in images.items()},
        hosts=tuple(
            host(f"devhost{n}", zone, cores=cores, memory=memory, disk=Stock(disk, 50))
            for n, zone, (cores, memory), disk in (
                (1, "az1", small, 2048),
                (2, "az1", large, 4096),
                (3, "az2", small, 2048),
                (4, "az2", large, 4096),
            )
        ),
        volume_pools=(Pool("pool1", "pools", Stock(10_000)), Pool("pool2", "pools", Stock(20_000))),
        volume_types={"plain": "", "encrypted": ""},
        external_networks={
            name: ExternalNetwork(f"id-{name}", name, Stock(241)) for name in ("internet", "common", "dedicated")
        },
        subnets=tuple(map(IPv4Network, ("100.72.0.0/24", "100.73.0.0/24", "198.19.0.0/24"))),
        domains={"tenancies": "id-tenancies"},
        roles={name: f"id-{name}" for name in ("reader", "member", "manager")},
        operator_user="id-operator",
        encrypting=frozenset({"encrypted"}),
    )
    return replace(found, **changes)


def ledger(*allocations: Allocation) -> Ledger:
    """A ledger of some allocations."""
    return Ledger({one.tenancy: one for one in allocations})


def case(request: Fitted, tenancy: str = "t-aaaaaa", *before: Allocation, **changes: Any) -> Case:
    """What an allocation of a request is decided from; `before` is the ledger."""
    system = request.request.system.code or "DOT-001"
    keys = request.request.iaas.servers
    identity = Identity(tenancy, f"d-{request.short}00", system)
    found = Case(request, repository().province, identity, facts(), ledger(*before), dict.fromkeys(keys, USER_DATA))
    return replace(found, **changes)


def given(request: Fitted, tenancy: str = "t-aaaaaa", *before: Allocation, **changes: Any) -> Allocation:
    """What a request gets."""
    allocation, missing = allocate(case(request, tenancy, *before, **changes))
    assert allocation is not None, missing
    return allocation


def ground(request: Fitted, *others: Allocation, **changes: Any) -> Ground:
    """The ground of a request's specs on an empty cloud, beside other tenancies."""
    allocation = given(request, "t-aaaaaa", *others)
    found = Ground(request, repository().province, facts(), allocation)
    return replace(found, **changes)


def tenancy(allocation: Allocation, path: str = "departments/dot/ferry.test.yaml", **changes: Any) -> Tenancy:
    """A tenancy as the store knows it."""
    found = Tenancy(
        id=allocation.tenancy,
        site=allocation.site,
        department=allocation.department,
        system=allocation.system,
        name="轮渡联网售票系统",
        environment=allocation.environment,
        path=path,
        until="2028-12-31",
        stage="active",
        isolated=False,
        hold=None,
        allocation=allocation,
        digest="",
        changed="",
    )
    return replace(found, **changes)


def codes(missing: Iterable[Any]) -> list[str]:
    """The codes of shortages or problems, in order."""
    return [one.code for one in missing]


def slivers(*memory: int, zone: str = "az1") -> Facts:
    """Hosts with so many GiB of free memory each."""
    stocks = [Stock(256 * 1024, used=(256 - gib) * 1024) for gib in memory]
    hosts = [host(f"h{n}", zone, cores=ENDLESS, memory=stock, disk=ENDLESS) for n, stock in enumerate(stocks)]
    return facts(hosts=tuple(hosts))


def large(count: int) -> Any:
    """A request for so many machines of 32 GiB."""
    return asked(iaas={"servers": {"web": server(cpu=8, memory="32GiB", count=count)}})


def reasons(found: list[Shortage]) -> set[str]:
    """What the shortages are of."""
    return {short.code for short in found}
