"""Networks with their subnets, and the router of each zone."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_openstack import networking

from govcloud.spec.networks import NetworkSpec, RouterSpec
from govcloud.stacks.context import Context


class Network(pulumi.ComponentResource):
    """A network and its one subnet."""

    def __init__(self, spec: NetworkSpec, project: str, context: Context) -> None:
        super().__init__("govcloud:iaas:Network", f"network/{spec.key}")
        options = pulumi.ResourceOptions(parent=self, provider=context.operator)
        network = networking.Network(
            f"network/{spec.key}",
            name=spec.name,
            tenant_id=project,
            shared=spec.shared,
            external=False,
            port_security_enabled=spec.port_security,
            admin_state_up=True,
            tags=list(spec.tags),
            opts=options,
        )
        subnet = networking.Subnet(
            f"network/{spec.key}",
            name=spec.name,
            tenant_id=project,
            network_id=network.id,
            cidr=spec.cidr,
            gateway_ip=spec.gateway,
            ip_version=4,
            enable_dhcp=True,
            allocation_pools=[networking.SubnetAllocationPoolArgs(start=spec.first, end=spec.last)],
            dns_nameservers=list(spec.dns),
            tags=list(spec.tags),
            # a range cannot change and two subnets of a network may not overlap
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(delete_before_replace=True)),
        )
        self.id_: pulumi.Output[str] = network.id
        self.subnet_id: pulumi.Output[str] = subnet.id
        self.register_outputs({})


class Router(pulumi.ComponentResource):
    """A zone's router: the external network shown to the project, a gateway, a leg in every network of the zone."""

    def __init__(self, spec: RouterSpec, networks: Mapping[str, Network], project: str, context: Context) -> None:
        super().__init__("govcloud:iaas:Router", f"router/{spec.zone}")
        options = pulumi.ResourceOptions(parent=self, provider=context.operator)
        share = networking.RbacPolicyV2(
            f"router/{spec.zone}",
            action="access_as_external",
            object_type="network",
            object_id=spec.external_network,
            target_tenant=project,
            opts=options,
        )
        router = networking.Router(
            f"router/{spec.zone}",
            name=spec.name,
            tenant_id=project,
            external_network_id=spec.external_network,
            enable_snat=spec.snat,
            admin_state_up=True,
            tags=list(spec.tags),
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[share])),
        )
        self.legs = [
            networking.RouterInterface(
                f"router/{spec.zone}/{key}", router_id=router.id, subnet_id=networks[key].subnet_id, opts=options
            )
            for key in spec.networks
        ]
        self.id_: pulumi.Output[str] = router.id
        self.register_outputs({})
