"""From a request to an allocation: what it had stays, the rest is decided now."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network
from typing import Final

from govcloud.allocation.addresses import block, machine_addresses, prefix_for, room, spoken_for
from govcloud.allocation.demand import demand, encrypted
from govcloud.allocation.facts import Facts, Flavor
from govcloud.allocation.ledger import AllocatedNetwork, Allocation, Disk, Ledger, Pin, Placement
from govcloud.allocation.peers import peers
from govcloud.allocation.shortage import Shortage
from govcloud.province.fit import Fitted
from govcloud.province.model import Province
from govcloud.request.iaas import Server
from govcloud.request.topology import Machine, topology

POLICIES: Final = {"soft": "soft-anti-affinity", "strict": "anti-affinity"}
ID_LETTERS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def opaque(prefix: str, *parts: str) -> str:
    """An opaque id such as t-3f9c2a, always the same for the same parts."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:8])
    letters = ""
    for _ in range(6):
        number, digit = divmod(number, len(ID_LETTERS))
        letters += ID_LETTERS[digit]
    return f"{prefix}-{letters}"


@dataclass(frozen=True)
class Identity:
    """Who the allocation is for: the tenancy's id, the department's domain name, the system's code."""

    tenancy: str
    domain: str
    system: str


@dataclass(frozen=True)
class Case:
    """Everything an allocation is decided from; `user_data` is the sha256 of each server's rendered text.

    `promised` is what a saved plan shows: other people's networks come and go before it is applied.
    """

    fitted: Fitted
    province: Province
    identity: Identity
    facts: Facts
    ledger: Ledger
    user_data: Mapping[str, str]
    promised: Allocation | None = None
    shortages: list[Shortage] = field(default_factory=list, compare=False)

    @property
    def before(self) -> Allocation | None:
        """What the tenancy has already."""
        return self.ledger.of(self.identity.tenancy)

    def short(self, code: str, key: str, **params: object) -> None:
        """Note something that cannot be given."""
        self.shortages.append(Shortage(code, key, params))


def allocate(case: Case) -> tuple[Allocation | None, list[Shortage]]:
    """The allocation, or None and everything that cannot be given."""
    request = case.fitted.request
    servers = dict(_pins(case))
    networks = dict(_networks(case))
    _outside(case)
    if not case.facts.zones:
        case.short("capacity.no-hosts", "iaas.servers")
    if case.shortages:
        return None, case.shortages
    machines = dict(_machines(case, networks))
    if case.shortages:
        return None, case.shortages
    disks = dict(_disks(case))
    wanted = demand(request, case.province, machines, servers, disks)
    if case.facts.metadata:
        wanted = replace(wanted, ports=wanted.ports + len(networks))
    allocation = Allocation(
        tenancy=case.identity.tenancy,
        site=case.fitted.site.name,
        department=case.fitted.department.uscc,
        system=case.identity.system,
        environment=request.environment,
        domain=case.identity.domain,
        networks=networks,
        machines=machines,
        servers=servers,
        demand=wanted,
        granted=wanted.grown(request.iaas.growth),
        limits=case.before.limits if case.before else {},
        volumes=disks,
        peers=peers(request, case.ledger, case.fitted.site.name),
    )
    return allocation, []


def _outside(case: Case) -> None:
    """Every zone that the request is in has an external network, which its router leads to."""
    for zone in topology(case.fitted.request).zones():
        network = case.province.zones[zone].external_network
        if network not in case.facts.external_networks:
            case.short("capacity.no-external-network", "iaas", network=network, zone=zone)


def _pins(case: Case) -> Iterator[tuple[str, Pin]]:
    for key, server in case.fitted.request.iaas.servers.items():
        old = case.before.servers.get(key) if case.before else None
        image = old.image if old and old.os == server.os else _image(case, key, server)
        user_data = old.user_data if old else case.user_data[key]
        apart = old.apart if old else POLICIES[case.province.policy.anti_affinity]
        if old and (old.cores, old.memory) == (server.cpu, server.memory):
            disk, flavor = old.disk, old.flavor
        else:
            found = _flavor(case, key, server)
            disk, flavor = (found.disk, found.id) if found else (0, "")
        if image and flavor:
            pin = Pin(server.os, image, server.cpu, server.memory, disk, flavor, user_data, apart)
            if pin != old:
                _bootable(case, key, pin)
            yield key, pin


def _disks(case: Case) -> Iterator[tuple[str, Disk]]:
    kinds = case.province.catalogue.volumes
    for server, asked in case.fitted.request.iaas.servers.items():
        for key, volume in asked.volumes.items():
            name, secret = f"{server}/{key}", encrypted(case.fitted.request, server, key)
            old = case.before.volumes.get(name) if case.before else None
            kept = old.type if old and old.encrypted == secret else None
            yield name, Disk(secret, kept or (kinds.encrypted if secret else kinds.plain), volume.size)


def _bootable(case: Case, key: str, pin: Pin) -> None:
    """Nova refuses a flavour that is too small for its image, when half the layer stands already."""
    image = next((image for image in case.facts.images.values() if image.id == pin.image), None)
    # a flavour without a disk takes the image's own size
    if image and (0 < pin.disk < image.min_disk or pin.memory < image.min_memory):
        needs = {"min_disk": image.min_disk, "min_memory": image.min_memory}
        has = {"disk": pin.disk, "memory": pin.memory}
        case.short("capacity.image-too-large", f"iaas.servers.{key}.os", server=key, os=pin.os, **needs, **has)


def _flavor(case: Case, key: str, server: Server) -> Flavor | None:
    """The flavour of exactly this size; where there is none, the two nearest are offered."""
    names = case.province.catalogue.flavors
    offered = [case.facts.flavors[name] for name in names if name in case.facts.flavors]
    exact = next((f for f in offered if (f.cores, f.memory) == (server.cpu, server.memory)), None)
    if exact is None:
        near = sorted(offered, key=lambda f: _distance(f, server))[:2]
        words = "; ".join(f"{f.name} {{cpu: {f.cores}, memory: {f.memory // 1024}GiB}}" for f in near) or "-"
        size = {"cpu": server.cpu, "memory": server.memory // 1024}
        case.short("capacity.no-flavor", f"iaas.servers.{key}.cpu", server=key, near=words, **size)
    return exact


def _distance(flavor: Flavor, server: Server) -> tuple[float, str]:
    cores = abs(flavor.cores - server.cpu) / server.cpu
    return cores + abs(flavor.memory - server.memory) / server.memory, flavor.name


def _image(case: Case, key: str, server: Server) -> str | None:
    entry = case.province.catalogue.os[server.os]
    image = case.facts.images.get(entry.image)
    if entry.image in case.facts.ambiguous:
        case.short("capacity.image-twice", f"iaas.servers.{key}.os", os=server.os, image=entry.image)
        return None
    if image is not None and image.arch in (None, entry.arch):
        return image.id
    code = "capacity.no-image" if image is None else "capacity.wrong-arch"
    case.short(code, f"iaas.servers.{key}.os", os=server.os, image=entry.image, arch=entry.arch)
    return None


def _networks(case: Case) -> Iterator[tuple[str, AllocatedNetwork]]:
    kept = case.before.networks if case.before else {}
    taken = [*case.facts.subnets, *spoken_for(case.province), *(n.cidr for n in kept.values())]
    others = case.ledger.others(case.identity.tenancy)
    taken += [network.cidr for other in others for network in other.networks.values()]
    request = case.fitted.request
    taken += case.ledger.named(case.identity.system, request.environment)
    for key, network in sorted(topology(request).networks.items()):
        old, path = kept.get(key), f"iaas.networks.{key}"
        # of a network that nobody wrote, four times the machines is asked only once
        hosts = network.hosts if request.iaas.networks else len(topology(request).machines)
        if old is None:
            cidr = _promised(case, key, network.zone, network.hosts, taken)
            cidr = cidr or block(case.province.zones[network.zone], network.hosts, taken)
            if cidr is None:
                case.short("capacity.pool-empty", path, zone=network.zone, hosts=network.hosts)
                continue
            taken.append(cidr)
            yield key, AllocatedNetwork(network.zone, cidr)
        elif room(old.cidr) < hosts:
            size = {"room": room(old.cidr), "hosts": hosts}
            case.short("capacity.network-full", f"{path}.hosts", network=key, cidr=old.cidr, **size)
        elif old.zone != network.zone:
            case.short("capacity.network-moved", f"{path}.zone", network=key, zone=old.zone)
        else:
            yield key, old


def _promised(case: Case, key: str, zone: str, hosts: int, taken: list[IPv4Network]) -> IPv4Network | None:
    """The range that was promised to a network, unless somebody has it by now or it is another's size."""
    found = case.promised.networks.get(key) if case.promised else None
    if found is None or found.zone != zone or found.cidr.prefixlen != prefix_for(hosts):
        return None
    return None if any(found.cidr.overlaps(one) for one in taken) else found.cidr


def _machines(case: Case, networks: Mapping[str, AllocatedNetwork]) -> Iterator[tuple[str, Placement]]:
    old = case.before.machines if case.before else {}
    # by name, so that the order in which a request is written decides nothing
    machines = sorted(topology(case.fitted.request).machines, key=lambda machine: (machine.server, machine.ordinal))
    for key, network in networks.items():
        here = {machine.name: machine for machine in machines if machine.network == key}
        had = {name: placement.address for name, placement in old.items() if placement.network == key}
        leaving = len(had.keys() - here.keys())
        if len(here) + leaving > room(network.cidr):
            params = {"network": key, "cidr": network.cidr, "leaving": leaving, "wanted": len(here.keys() - had.keys())}
            case.short("capacity.network-busy", f"iaas.networks.{key}", **params)
            continue
        for name, address in machine_addresses(network, here, had):
            yield name, Placement(key, address, old[name].zone if name in old else _zone(case, here[name]))


def _zone(case: Case, machine: Machine) -> str:
    """Machines of a server alternate over the availability zones; servers start at different ones."""
    start = zlib.crc32(f"{case.identity.tenancy}/{machine.server}".encode())
    return case.facts.zones[(start + machine.ordinal - 1) % len(case.facts.zones)]
