"""The quotas of a project, as the services hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from govcloud.cloud.connect import Cloud
from govcloud.spec.quotas import QuotaSpec

Quotas = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Keeper:
    """A service that keeps quotas: its proxy in the SDK, the path of a project's, the key of its JSON."""

    service: str
    path: str
    key: str


KEEPERS: Final[Mapping[str, Keeper]] = {
    "compute": Keeper("compute", "/os-quota-sets/{project}", "quota_set"),
    "network": Keeper("network", "/quotas/{project}", "quota"),
    "volume": Keeper("block_storage", "/os-quota-sets/{project}", "quota_set"),
}


def read_quotas(cloud: Cloud, project: str) -> Quotas:
    """Service to key to limit, of the project with this id."""
    found: dict[str, Mapping[str, int]] = {}
    for name, keeper in KEEPERS.items():
        answer: Mapping[str, object] = cloud.rest(keeper.service, "GET", keeper.path.format(project=project))[
            keeper.key
        ]
        found[name] = {key: value for key, value in answer.items() if isinstance(value, int)}
    return found


def wanted(spec: QuotaSpec) -> Quotas:
    """Service to key to limit, as the spec wants them."""
    return {"compute": spec.compute, "network": spec.network, "volume": spec.volume}


def differing(current: Quotas, spec: QuotaSpec) -> list[tuple[str, str, int | None, int]]:
    """Service, key, limit now (None where unknown) and limit wanted, for every key that differs."""
    return [
        (service, key, current.get(service, {}).get(key), limit)
        for service, limits in wanted(spec).items()
        for key, limit in limits.items()
        if current.get(service, {}).get(key) != limit
    ]
