"""The ledger (台账): what every tenancy was given. Here only its arithmetic; the rows are kept by `store`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from govcloud.allocation.amounts import Amounts


@dataclass(frozen=True)
class AllocatedNetwork:
    """A network's range; `zone` is the network zone it lies in."""

    zone: str
    cidr: IPv4Network

    @property
    def gateway(self) -> IPv4Address:
        """The router's address: the first."""
        return self.cidr[1]

    @property
    def automatic(self) -> tuple[IPv4Address, IPv4Address]:
        """First and last of the two addresses left to Neutron (its metadata port); machines take the others."""
        return self.cidr[-3], self.cidr[-2]


@dataclass(frozen=True)
class Placement:
    """What was decided for one machine, for life: its address and availability zone."""

    network: str
    address: IPv4Address
    zone: str


@dataclass(frozen=True)
class Pin:
    """What a server's aliases meant when they were first resolved; they move only by name.

    `image` is the id `os` stood for, `flavor` that of the flavour with this size (memory in MiB, local disk in
    GiB), `user_data` the sha256 of the rendered text, which the store keeps, `apart` the policy that keeps the machines
    of the server on different hosts, in Nova's word.
    """

    os: str
    image: str
    cores: int
    memory: int
    disk: int
    flavor: str
    user_data: str
    apart: str


@dataclass(frozen=True)
class Disk:
    """A volume: what its kind meant when it was first resolved (is it `encrypted`, and the name of its type), and its
    `size` in GiB, which is 0 in records that are older than it.
    """

    encrypted: bool
    type: str
    size: int = 0


@dataclass(frozen=True)
class Allocation:
    """Everything given to one tenancy on one site; `granted` includes what is kept for growth.

    `volumes` are the kinds of its volumes, by server and key as in `app/files`; they are missing from records that are
    older than they. `limits` are the quotas of its iaas project, by service and key, once it was applied. `peers` are
    the networks of other systems that its security rules name, by the system's code, as they were when it was given.
    """

    tenancy: str
    site: str
    department: str
    system: str
    environment: str
    domain: str
    networks: Mapping[str, AllocatedNetwork]
    machines: Mapping[str, Placement]
    servers: Mapping[str, Pin]
    demand: Amounts
    granted: Amounts
    limits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    volumes: Mapping[str, Disk] = field(default_factory=dict)
    peers: Mapping[str, tuple[AllocatedNetwork, ...]] = field(default_factory=dict)

    def beside(self, old: Allocation | None) -> Allocation:
        """This allocation while it takes the place of an older one: what either names may stand, and is still given.

        What both name is what it becomes.
        """
        if old is None:
            return self
        return replace(
            self,
            networks={**old.networks, **self.networks},
            machines={**old.machines, **self.machines},
            servers={**old.servers, **self.servers},
            volumes={**old.volumes, **self.volumes},
            peers={
                system: tuple(dict.fromkeys((*old.peers.get(system, ()), *self.peers.get(system, ()))))
                for system in {**old.peers, **self.peers}
            },
        )

    def project(self, layer: str) -> str:
        """The name of a layer's project: opaque, known before the project exists."""
        return f"{self.tenancy}-{layer}"


@dataclass(frozen=True)
class Ledger:
    """All allocations of one store, whatever the site.

    `allocations` are what tenancies have, `reserved` what saved plans would give them instead: until one is applied,
    both count. `building` are tenancies whose allocation need not stand in the cloud yet.
    """

    allocations: Mapping[str, Allocation] = field(default_factory=dict)
    reserved: Mapping[str, Allocation] = field(default_factory=dict)
    building: frozenset[str] = frozenset()

    def of(self, tenancy: str) -> Allocation | None:
        """What a tenancy has, or None."""
        return self.allocations.get(tenancy)

    def others(self, tenancy: str) -> tuple[Allocation, ...]:
        """What all the others have, and what is reserved for them."""
        every = (*self.allocations.values(), *self.reserved.values())
        return tuple(one for one in every if one.tenancy != tenancy)

    def promised(self, tenancy: str) -> tuple[tuple[Allocation, Allocation | None], ...]:
        """What all the others were promised and may not have yet, each beside what stands of theirs."""
        every = {
            **{name: self.allocations[name] for name in sorted(self.building & self.allocations.keys())},
            **self.reserved,
        }
        stands = {one.tenancy: one for one in self.built}
        return tuple((one, stands.get(name)) for name, one in every.items() if name != tenancy)

    @property
    def built(self) -> tuple[Allocation, ...]:
        """What stands in the cloud."""
        return tuple(one for one in self.allocations.values() if one.tenancy not in self.building)

    def peers(self, system: str, environment: str) -> tuple[Allocation, ...]:
        """The tenancies of a system in one environment."""
        every = {**self.reserved, **self.allocations}.values()
        return tuple(one for one in every if (one.system, one.environment) == (system, environment))

    def named(self, system: str, environment: str) -> Iterator[IPv4Network]:
        """The ranges that somebody's rules name as another system's than this one's, whoever has them now.

        While a rule names a range, whoever is given it passes that rule.
        """
        for one in (*self.allocations.values(), *self.reserved.values()):
            for name, networks in one.peers.items():
                if (name, one.environment) != (system, environment):
                    yield from (network.cidr for network in networks)
