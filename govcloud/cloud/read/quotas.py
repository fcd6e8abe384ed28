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


# keys of which Cinder has one for each volume type
_PER_TYPE: Final = ("volumes_", "gigabytes_", "snapshots_")
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


def read_use(cloud: Cloud, project: str) -> Mapping[str, int]:
    """Key to what Cinder counts as used or reserved; it may count more than stands there."""
    keeper = KEEPERS["volume"]
    path = f"{keeper.path.format(project=project)}?usage=True"
    told: Mapping[str, object] = cloud.rest(keeper.service, "GET", path)[keeper.key]
    return {key: row["in_use"] + row["reserved"] for key, row in told.items() if isinstance(row, dict)}


def wanted(spec: QuotaSpec) -> Quotas:
    """Service to key to limit, as the spec wants them."""
    return {"compute": spec.compute, "network": spec.network, "volume": spec.volume}


def differing(current: Quotas, limits: Quotas) -> list[tuple[str, str, int | None, int]]:
    """Service, key, limit now (None where unknown) and limit wanted, for every key that differs."""
    return [
        (service, key, current.get(service, {}).get(key), limit)
        for service, wanted_there in limits.items()
        for key, limit in wanted_there.items()
        if current.get(service, {}).get(key) != limit
    ]


def with_types(limits: Quotas, current: Quotas) -> Quotas:
    """The limits for the volume types there are: none at all of those that the cloud has since, for what is not limited
    is unlimited; and nothing of those that are gone.
    """
    there = current.get("volume", {})
    kept = {key: limit for key, limit in limits.get("volume", {}).items() if key in there or not _per_type(key)}
    new = {key: 0 for key in there if _per_type(key) and key not in kept}
    return {**limits, "volume": {**kept, **new}}


def _per_type(key: str) -> bool:
    return key.startswith(_PER_TYPE)
