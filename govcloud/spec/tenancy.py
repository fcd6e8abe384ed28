"""The tenancy's stack: one project per layer in use, the tenancy's groups, and who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from govcloud.allocation.ledger import Allocation
from govcloud.province.fit import Fitted
from govcloud.spec.symbols import Layer
from govcloud.spec.tags import as_list, tags

# what the operator's user works with in a layer's project
OPERATOR_ROLE: Final = "member"


@dataclass(frozen=True)
class ProjectSpec:
    """A layer's project in the operator's domain; the operator's user works in it with `operator_role`."""

    layer: Layer
    name: str
    operator_role: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class GroupSpec:
    """A group of the department's people, and its role on the iaas project.

    Nobody of the department has a role on paas and saas projects: a managed database is used, not logged into.
    """

    key: str
    name: str
    role: str


@dataclass(frozen=True)
class TenancySpec:
    """Projects and groups of one tenancy."""

    tenancy: str
    operator_domain: str
    projects: tuple[ProjectSpec, ...]
    groups: tuple[GroupSpec, ...]


def tenancy_spec(fitted: Fitted, allocation: Allocation) -> TenancySpec:
    """Readers always; members only where the operator lets the department serve itself."""
    layers: tuple[Layer, ...] = ("iaas",)
    groups = [GroupSpec("readers", f"{allocation.tenancy}-readers", "reader")]
    if fitted.department.self_service:
        groups.append(GroupSpec("members", f"{allocation.tenancy}-members", "member"))
    return TenancySpec(
        allocation.tenancy,
        fitted.site.operator_domain,
        tuple(
            ProjectSpec(
                layer, allocation.project(layer), OPERATOR_ROLE, as_list(tags(fitted.request, allocation, layer=layer))
            )
            for layer in layers
        ),
        tuple(groups),
    )
