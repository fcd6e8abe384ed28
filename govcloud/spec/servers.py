"""Ports, servers, their anti-affinity groups and floating IPs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from govcloud.allocation.demand import published
from govcloud.spec.groups import BASELINE
from govcloud.spec.site import Ground
from govcloud.spec.tags import as_list


@dataclass(frozen=True)
class ServerGroupSpec:
    """Keeps the machines of a server on different hosts; `policy` is Nova's word."""

    key: str
    name: str
    policy: str


@dataclass(frozen=True)
class PortSpec:
    """A machine's port with its fixed address; `up` is false while the tenancy is isolated."""

    machine: str
    name: str
    network: str
    address: str
    groups: tuple[str, ...]
    up: bool
    tags: tuple[str, ...]
    port_security: bool = True


@dataclass(frozen=True)
class ServerSpec:
    """A machine; `user_data` is the sha256 of its text, `spread` the key of its anti-affinity group."""

    machine: str
    name: str
    image: str
    flavor: str
    zone: str
    user_data: str
    spread: str
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class FloatingIpSpec:
    """A machine's public address, from the internet zone's external network (its name)."""

    machine: str
    name: str
    zone: str
    external_network: str
    tags: tuple[str, ...]


def server_group_specs(ground: Ground) -> Iterator[ServerGroupSpec]:
    """One for each server, also for a single machine: it could not join a group later without being rebuilt."""
    for key, pin in sorted(ground.allocation.servers.items()):
        yield ServerGroupSpec(key, ground.name(key), pin.apart)


def port_specs(ground: Ground) -> Iterator[PortSpec]:
    """One for each machine."""
    for machine in ground.topology.machines:
        placement = ground.allocation.machines[machine.name]
        yield PortSpec(
            machine=machine.name,
            name=ground.name(machine.name),
            network=placement.network,
            address=str(placement.address),
            groups=(BASELINE, machine.server),
            up=not ground.isolated,
            tags=as_list(ground.tags(zone=ground.topology.networks[machine.network].zone)),
        )


def server_specs(ground: Ground) -> Iterator[ServerSpec]:
    """One for each machine."""
    for machine in ground.topology.machines:
        pin = ground.allocation.servers[machine.server]
        yield ServerSpec(
            machine=machine.name,
            name=ground.name(machine.name),
            image=pin.image,
            flavor=pin.flavor,
            zone=ground.allocation.machines[machine.name].zone,
            user_data=pin.user_data,
            spread=machine.server,
            metadata=ground.tags(zone=ground.topology.networks[machine.network].zone),
        )


def floating_ip_specs(ground: Ground) -> Iterator[FloatingIpSpec]:
    """One for each machine that the internet may reach."""
    for machine in ground.topology.machines:
        zone = ground.topology.networks[machine.network].zone
        if machine.server in published(ground.request) and zone == "internet":
            network = ground.zone(zone).external_network
            tags = as_list(ground.tags(zone=zone))
            yield FloatingIpSpec(machine.name, ground.name(machine.name), zone, network, tags)
