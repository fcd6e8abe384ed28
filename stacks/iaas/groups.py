"""Security groups and exactly the rules their flows ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pulumi
from pulumi_openstack import networking

from govcloud.spec.flows import RuleSpec
from govcloud.spec.groups import GroupSpec
from govcloud.stacks.context import Context


class SecurityGroup(pulumi.ComponentResource):
    """A group that starts empty; rules come when all groups exist, for they name each other."""

    def __init__(self, spec: GroupSpec, project: str, context: Context) -> None:
        super().__init__("govcloud:iaas:SecurityGroup", f"group/{spec.key}")
        self._key = spec.key
        group = networking.SecGroup(
            f"group/{spec.key}",
            name=spec.name,
            tenant_id=project,
            delete_default_rules=True,
            # said although it is the default, or any other would do
            stateful=True,
            tags=list(spec.tags),
            opts=pulumi.ResourceOptions(parent=self, provider=context.operator),
        )
        self.id_: pulumi.Output[str] = group.id
        self.register_outputs({})

    def open(
        self, rules: Iterable[RuleSpec], groups: Mapping[str, SecurityGroup], project: str, context: Context
    ) -> None:
        """Register the rules, each named by its content."""
        for rule in rules:
            networking.SecGroupRule(
                f"group/{self._key}/{rule.key}",
                tenant_id=project,
                security_group_id=self.id_,
                direction=rule.direction,
                ethertype="IPv4",
                protocol=rule.protocol,
                port_range_min=rule.first,
                port_range_max=rule.last,
                remote_ip_prefix=rule.prefix,
                remote_group_id=groups[rule.group].id_ if rule.group else None,
                # Neutron refuses a second rule of the same content
                opts=pulumi.ResourceOptions(parent=self, provider=context.operator, delete_before_replace=True),
            )
