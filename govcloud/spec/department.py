"""The department's stack: its Keystone domain and the group of its administrators."""

from __future__ import annotations

from dataclasses import dataclass

from govcloud.allocation.ledger import Allocation


@dataclass(frozen=True)
class DepartmentSpec:
    """A domain that holds people only; its `managers` may administer them, and nothing else.

    The name is opaque: a manager can list the names of all domains. `department` is kept as a tag.
    """

    domain: str
    managers: str
    tags: tuple[str, ...]


def department_spec(allocation: Allocation) -> DepartmentSpec:
    """The spec of the department a tenancy belongs to."""
    return DepartmentSpec(allocation.domain, "managers", (f"department={allocation.department}",))
