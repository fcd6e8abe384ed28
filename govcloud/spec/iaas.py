"""The iaas layer, whole."""

from __future__ import annotations

from dataclasses import dataclass

from govcloud.spec.groups import GroupSpec, group_specs
from govcloud.spec.networks import NetworkSpec, RouterSpec, network_specs, router_specs
from govcloud.spec.servers import (
    FloatingIpSpec,
    PortSpec,
    ServerGroupSpec,
    ServerSpec,
    floating_ip_specs,
    port_specs,
    server_group_specs,
    server_specs,
)
from govcloud.spec.site import Ground
from govcloud.spec.volumes import VolumeSpec, volume_specs


@dataclass(frozen=True)
class IaasSpec:
    """Everything of the iaas layer of one tenancy, by subject."""

    networks: tuple[NetworkSpec, ...]
    routers: tuple[RouterSpec, ...]
    groups: tuple[GroupSpec, ...]
    server_groups: tuple[ServerGroupSpec, ...]
    ports: tuple[PortSpec, ...]
    servers: tuple[ServerSpec, ...]
    volumes: tuple[VolumeSpec, ...]
    floating_ips: tuple[FloatingIpSpec, ...]


def iaas_spec(ground: Ground) -> IaasSpec:
    """The spec of the iaas layer."""
    return IaasSpec(
        networks=tuple(network_specs(ground)),
        routers=tuple(router_specs(ground)),
        groups=tuple(group_specs(ground)),
        server_groups=tuple(server_group_specs(ground)),
        ports=tuple(port_specs(ground)),
        servers=tuple(server_specs(ground)),
        volumes=tuple(volume_specs(ground)),
        floating_ips=tuple(floating_ip_specs(ground)),
    )
