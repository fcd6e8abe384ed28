"""The tenancy's stack: projects in the operator's domain, the department's groups, and who may do what."""

from __future__ import annotations

import pulumi
from pulumi_openstack import identity

from govcloud.spec import symbols
from govcloud.spec.tenancy import TenancySpec
from govcloud.stacks.context import Context


class Tenancy(pulumi.ComponentResource):
    """The projects of the layers and the roles on them."""

    def __init__(self, spec: TenancySpec, context: Context) -> None:
        super().__init__("govcloud:tenancy:Tenancy", spec.tenancy)
        options = pulumi.ResourceOptions(parent=self, provider=context.operator)
        self.outputs: dict[str, pulumi.Output[str]] = {}
        projects: dict[str, identity.Project] = {}
        for project in spec.projects:
            projects[project.layer] = identity.Project(
                project.layer,
                name=project.name,
                domain_id=context.id(symbols.operator_domain()),
                tags=list(project.tags),
                opts=options,
            )
            # the layer's own login rests on this role; its first resource waits for it (a login that fails once
            # is remembered for the life of the provider's process)
            identity.RoleAssignment(
                f"operator-{project.layer}",
                user_id=context.id(symbols.operator_user()),
                project_id=projects[project.layer].id,
                role_id=context.id(symbols.role(project.operator_role)),
                opts=options,
            )
            self.outputs[symbols.project(project.layer)] = projects[project.layer].id
        for group in spec.groups:
            made = identity.GroupV3(group.key, name=group.name, domain_id=context.id(symbols.domain()), opts=options)
            identity.RoleAssignment(
                group.key,
                group_id=made.id,
                project_id=projects["iaas"].id,
                role_id=context.id(symbols.role(group.role)),
                opts=options,
            )
            self.outputs[f"tenancy:group/{group.key}"] = made.id
        self.register_outputs({})
