"""Tags and metadata: who a resource belongs to, readable in the cloud without our store."""

from __future__ import annotations

from collections.abc import Mapping

from govcloud.allocation.ledger import Allocation
from govcloud.request.model import Request


def tags(request: Request, allocation: Allocation, **more: str) -> Mapping[str, str]:
    """The tags of a resource; `more` adds layer and zone where it has them. Values are codes, never names."""
    return {
        "tenancy": allocation.tenancy,
        "department": allocation.department,
        "system": allocation.system,
        "environment": request.environment,
        "mlps": str(request.system.mlps.grade),
        **more,
    }


def as_list(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Tags for services that know only words: `key=value`, sorted."""
    return tuple(sorted(f"{key}={value}" for key, value in tags.items()))
