"""The department's stack: a Keystone domain and the group of its administrators."""

from __future__ import annotations

import pulumi
from pulumi_openstack import identity

from govcloud.spec import symbols
from govcloud.spec.department import DepartmentSpec
from govcloud.stacks.context import Context


class Department(pulumi.ComponentResource):
    """A domain that holds people only."""

    def __init__(self, spec: DepartmentSpec, context: Context) -> None:
        super().__init__("govcloud:department:Department", spec.domain)
        options = pulumi.ResourceOptions(parent=self, provider=context.operator)
        domain = identity.Project("domain", name=spec.domain, is_domain=True, tags=list(spec.tags), opts=options)
        # every department's has the same name: where a run was cut off, its description tells that it is ours
        managers = identity.GroupV3(
            "managers", name=spec.managers, description=spec.domain, domain_id=domain.id, opts=options
        )
        identity.RoleAssignment(
            "managers",
            group_id=managers.id,
            domain_id=domain.id,
            role_id=context.id(symbols.role("manager")),
            opts=options,
        )
        self.outputs: dict[str, pulumi.Output[str]] = {
            symbols.domain(): domain.id,
            "department:group/managers": managers.id,
        }
        self.register_outputs({})
