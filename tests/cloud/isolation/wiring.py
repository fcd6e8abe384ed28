"""What is plugged where, as Neutron says, and how a packet gets onto the wire there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final, Literal

from tests.cloud.conftest import Cloud

# the link address of whoever routes on the other side of an external network
GATEWAY: Final = "02:00:00:00:00:01"
Protocol = Literal["tcp", "udp", "icmp"]


@dataclass(frozen=True)
class Probe:
    """What a packet asks for."""

    protocol: Protocol
    port: int = 0

    def __str__(self) -> str:
        return f"{self.port}/{self.protocol}" if self.port else self.protocol

    @property
    def match(self) -> str:
        """In OVN's words."""
        if self.protocol == "icmp":
            return "icmp4.type == 8 && icmp4.code == 0"
        return f"{self.protocol}.src == 40000 && {self.protocol}.dst == {self.port}"


@dataclass(frozen=True)
class Packet:
    """A packet as it enters at a logical port; without each of these fields a trace ends in silence."""

    entry: str
    sender: str
    receiver: str
    source: IPv4Address
    target: IPv4Address
    probe: Probe

    @property
    def flow(self) -> str:
        """As `ovn-trace` wants it."""
        return (
            f'inport == "{self.entry}" && eth.src == {self.sender} && eth.dst == {self.receiver}'
            f" && ip4.src == {self.source} && ip4.dst == {self.target} && ip.ttl == 64 && {self.probe.match}"
        )


@dataclass(frozen=True)
class Gateway:
    """A router's side of an external network: its logical port, link address and address; who routes on from there."""

    leg: str
    link: str
    address: IPv4Address
    next_hop: IPv4Address
    outside: str


@dataclass(frozen=True)
class Known:
    """Somebody a router has heard of on an external network: on which of its legs, address and link address."""

    leg: str
    address: IPv4Address
    link: str


@dataclass(frozen=True)
class Machine:
    """A machine: whose, of which server, in which zone, and how it is wired; `public` is its floating IP."""

    tenancy: str
    server: str
    name: str
    zone: str
    port: str
    link: str
    address: IPv4Address
    network: IPv4Network
    door: str
    gateway: Gateway
    public: IPv4Address | None

    def __str__(self) -> str:
        return f"{self.tenancy}/{self.name}"

    def send(self, target: IPv4Address, probe: Probe, neighbours: Mapping[IPv4Address, str]) -> Packet:
        """A packet of its own: to a neighbour by its link address, to all others through the door of its network."""
        receiver = neighbours[target] if target in self.network else self.door
        return Packet(self.port, self.link, receiver, self.address, target, probe)

    def arrive(self, source: IPv4Address, probe: Probe, target: IPv4Address | None = None) -> Packet:
        """A packet for it as it comes in from its zone's external network."""
        gateway = self.gateway
        return Packet(gateway.outside, GATEWAY, gateway.link, source, target or self.address, probe)

    @property
    def seen_as(self) -> IPv4Address:
        """The address its zone's external network should see: its own, but in the internet zone a public one."""
        return self.address if self.zone != "internet" else self.public or self.gateway.address


def acquaintances(machines: Iterable[Machine]) -> set[Known]:
    """Whom the machines' routers know: the gateway of their zone, and each other's public addresses."""
    everyone = list(machines)
    legs = {machine.gateway for machine in everyone}
    public = {(machine.public, machine.gateway) for machine in everyone if machine.public}
    return {Known(leg.leg, leg.next_hop, GATEWAY) for leg in legs} | {
        Known(leg.leg, address, other.link)
        for leg in legs
        for address, other in public
        if leg != other and leg.outside == other.outside
    }


def machines(cloud: Cloud, tenancy: str, project: str, request: Mapping[str, Any]) -> list[Machine]:
    """The machines of a tenancy, each with its zone as the request says it."""
    network = cloud.network
    ports = list(network.ports(project_id=project))
    doors = {port.network_id: port for port in ports if port.device_owner == "network:router_interface"}
    subnets = {subnet.network_id: subnet for subnet in network.subnets(project_id=project)}
    zones = {
        wired.id: request["iaas"]["networks"][wired.name.removeprefix(f"{tenancy}-")]["zone"]
        for wired in network.networks(project_id=project)
    }
    gateways = {router.id: _gateway(cloud, router) for router in network.routers(project_id=project)}
    public = {ip.port_id: IPv4Address(ip.floating_ip_address) for ip in network.ips(project_id=project)}
    return [
        Machine(
            tenancy=tenancy,
            server=port.name.removeprefix(f"{tenancy}-").rpartition("-")[0],
            name=port.name.removeprefix(f"{tenancy}-"),
            zone=zones[port.network_id],
            port=port.id,
            link=port.mac_address,
            address=IPv4Address(port.fixed_ips[0]["ip_address"]),
            network=IPv4Network(subnets[port.network_id].cidr),
            door=doors[port.network_id].mac_address,
            gateway=gateways[doors[port.network_id].device_id],
            public=public.get(port.id),
        )
        for port in ports
        if port.device_owner.startswith("compute:")
    ]


def _gateway(cloud: Cloud, router: Any) -> Gateway:
    (port,) = cloud.network.ports(device_id=router.id, device_owner="network:router_gateway")
    (segment,) = cloud.network.segments(network_id=port.network_id)
    subnet = cloud.network.get_subnet(port.fixed_ips[0]["subnet_id"])
    return Gateway(
        leg=f"lrp-{port.id}",
        link=port.mac_address,
        address=IPv4Address(port.fixed_ips[0]["ip_address"]),
        next_hop=IPv4Address(subnet.gateway_ip),
        outside=f"provnet-{segment.id}",
    )
