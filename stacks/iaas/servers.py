"""Machines with their ports, anti-affinity groups and floating IPs."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_openstack import compute, networking

from govcloud.spec.servers import FloatingIpSpec, PortSpec, ServerGroupSpec, ServerSpec
from govcloud.stacks.context import Context
from govcloud.stacks.iaas.groups import SecurityGroup
from govcloud.stacks.iaas.networks import Network, Router


class ServerGroup(pulumi.ComponentResource):
    """Keeps the machines of a server apart."""

    def __init__(self, spec: ServerGroupSpec, context: Context) -> None:
        super().__init__("govcloud:iaas:ServerGroup", f"spread/{spec.key}")
        group = compute.ServerGroup(
            f"spread/{spec.key}",
            name=spec.name,
            policies=spec.policy,
            opts=pulumi.ResourceOptions(parent=self, provider=context.layer),
        )
        self.id_: pulumi.Output[str] = group.id
        self.register_outputs({})


class Server(pulumi.ComponentResource):
    """A machine and its port."""

    def __init__(  # noqa: PLR0913, PLR0917 - a machine touches everything
        self,
        spec: ServerSpec,
        port: PortSpec,
        networks: Mapping[str, Network],
        groups: Mapping[str, SecurityGroup],
        spreads: Mapping[str, ServerGroup],
        texts: Mapping[str, str],
        project: str,
        context: Context,
    ) -> None:
        super().__init__("govcloud:iaas:Server", f"server/{spec.machine}")
        made = networking.Port(
            f"server/{spec.machine}",
            name=port.name,
            tenant_id=project,
            network_id=networks[port.network].id_,
            fixed_ips=[networking.PortFixedIpArgs(subnet_id=networks[port.network].subnet_id, ip_address=port.address)],
            security_group_ids=[groups[key].id_ for key in port.groups],
            port_security_enabled=port.port_security,
            admin_state_up=port.up,
            tags=list(port.tags),
            # its address is its own: the old port must go before the new one can have it
            opts=pulumi.ResourceOptions(parent=self, provider=context.operator, delete_before_replace=True),
        )
        server = compute.Instance(
            f"server/{spec.machine}",
            name=spec.name,
            image_id=spec.image,
            flavor_id=spec.flavor,
            availability_zone=spec.zone,
            networks=[compute.InstanceNetworkArgs(port=made.id)],
            scheduler_hints=[compute.InstanceSchedulerHintArgs(group=spreads[spec.spread].id_)],
            user_data=pulumi.Output.secret(texts[spec.user_data]),
            config_drive=True,
            # said although it is the default, or the engine would take a machine that somebody stopped as meant so
            power_state="active",
            metadata=dict(spec.metadata),
            opts=pulumi.ResourceOptions(
                parent=self,
                provider=context.layer,
                delete_before_replace=True,
                # The provider finds a machine's ports by the name of their network: when somebody renames that, or
                # unplugs the machine, it would have it built anew. The port says where it is plugged in; a machine
                # goes when its port does.
                ignore_changes=["networks"],
                replace_with=[made],
            ),
        )
        self.id_: pulumi.Output[str] = server.id
        self.port_id: pulumi.Output[str] = made.id
        self.register_outputs({})


class FloatingIp(pulumi.ComponentResource):
    """A machine's public address; Neutron gives it once the router reaches both sides."""

    def __init__(self, spec: FloatingIpSpec, server: Server, router: Router, project: str, context: Context) -> None:
        super().__init__("govcloud:iaas:FloatingIp", f"address/{spec.machine}")
        ip = networking.FloatingIp(
            f"address/{spec.machine}",
            pool=spec.external_network,
            port_id=server.port_id,
            tenant_id=project,
            # a floating IP has no name; the description is what tells it apart in the cloud
            description=spec.name,
            tags=list(spec.tags),
            opts=pulumi.ResourceOptions(
                parent=self,
                provider=context.operator,
                depends_on=router.legs,
                # an address stays in its network, whatever that is called by now; by name the provider would return it
                ignore_changes=["pool"],
            ),
        )
        self.address: pulumi.Output[str] = ip.address
        self.register_outputs({})
