"""Does it fit: the department's allowance, and what the site really has.

The invariant, for each site, availability zone and class: the sum over tenancies of max(granted, used) stays within
capacity, which is (total - reserved) x ratio less what the operator holds back. Used includes what govcloud does not
manage. Covering what a tenancy already holds is always allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from govcloud.allocation.amounts import Amounts
from govcloud.allocation.facts import Facts, Host
from govcloud.allocation.ledger import Allocation, Ledger
from govcloud.allocation.placing import HOST_CLASSES, Placing, stock
from govcloud.allocation.pooling import Pooling, pieces, recorded
from govcloud.allocation.shortage import Shortage
from govcloud.province.department import Department
from govcloud.province.site import HoldBack

# what people count in: memory in GiB, though the cloud counts MiB
_SCALE: Final = {"memory": 1024}

# one class of amounts as a number
Measure = Callable[[Amounts], int]


def shortages(
    wanted: Allocation, ledger: Ledger, facts: Facts, department: Department, hold_back: HoldBack
) -> list[Shortage]:
    """Everything that does not fit, all at once."""
    claim = Claim(wanted, ledger)
    return [
        *_allowance(claim, department),
        *_hosts(claim, facts, hold_back),
        *_volumes(claim, facts, hold_back),
        *_addresses(claim, facts),
        *_whole_machines(claim, facts, hold_back),
        *_whole_volumes(claim, facts, hold_back),
    ]


@dataclass(frozen=True)
class Claim:
    """What one tenancy wants, beside what everybody has."""

    wanted: Allocation
    ledger: Ledger

    @property
    def before(self) -> Allocation | None:
        """What the tenancy has already."""
        return self.ledger.of(self.wanted.tenancy)

    def left(self, capacity: float, used: float, measure: Measure) -> float:
        """What of a capacity of the site the tenancy may have in all."""
        built = sum(measure(one.demand) for one in self.ledger.built if one.site == self.wanted.site)
        # what is used beyond what tenancies have built are other people's things
        unmanaged = max(0.0, used - built)
        return capacity - unmanaged - promised(self.neighbours, measure)

    @property
    def neighbours(self) -> Sequence[Allocation]:
        """What all the others of the site have, and what is reserved for them."""
        return [one for one in self.ledger.others(self.wanted.tenancy) if one.site == self.wanted.site]

    def short(
        self, code: str, measure: Measure, left: float, others: Sequence[Allocation], **params: object
    ) -> Iterator[Shortage]:
        """The shortage, if what is wanted is more than is left; what the tenancy holds already never is.

        It says how much of what the `others` are promised they do not have, but saved plans reserve for them.
        """
        mine, had = measure(self.wanted.granted), measure(self.before.granted) if self.before else 0
        if mine > left and mine > had:
            scale = _SCALE.get(code.rpartition("-")[2], 1)
            asked, may = -(-mine // scale), int(max(0.0, left)) // scale
            had_by_others = [one for one in others if one is self.ledger.of(one.tenancy)]
            reserved = -(-(promised(others, measure) - promised(had_by_others, measure)) // scale)
            numbers = {"wanted": asked, "left": may, "missing": asked - may, "reserved": reserved}
            yield Shortage(code, "iaas", {**numbers, **params})


def promised(allocations: Iterable[Allocation], measure: Measure) -> int:
    """The sum over tenancies of what each was granted or has reserved, whichever is more."""
    most: dict[str, int] = {}
    for one in allocations:
        most[one.tenancy] = max(most.get(one.tenancy, 0), measure(one.granted))
    return sum(most.values())


def _totals(amounts: Amounts) -> Mapping[str, int]:
    return {
        "cores": amounts.cores,
        "memory": amounts.memory,
        "disk": amounts.storage,
        "addresses": sum(amounts.addresses.values()),
    }


def _allowance(claim: Claim, department: Department) -> Iterator[Shortage]:
    # a tenancy keeps the code it was applied under until it is applied again
    codes = (department.uscc, *department.former)
    others = [other for other in claim.ledger.others(claim.wanted.tenancy) if other.department in codes]
    for name, limit in department.allowance:

        def measure(amounts: Amounts, name: str = name) -> int:
            return _totals(amounts)[name]

        yield from claim.short(f"capacity.allowance-{name}", measure, limit - promised(others, measure), others)


def _hosts(claim: Claim, facts: Facts, hold_back: HoldBack) -> Iterator[Shortage]:
    for zone in claim.wanted.granted.by_zone:
        hosts = _usable(facts.hosts, zone, hold_back.hosts)
        for name in HOST_CLASSES:

            def measure(amounts: Amounts, zone: str = zone, name: str = name) -> int:
                return amounts.by_zone.get(zone, {}).get(name, 0)

            used = sum(stock(host, name).used for host in facts.hosts if host.zone == zone)
            left = claim.left(_kept(sum(stock(host, name).capacity for host in hosts), hold_back), used, measure)
            yield from claim.short(f"capacity.site-{name}", measure, left, claim.neighbours, zone=zone)


def _usable(hosts: Iterable[Host], zone: str, held_back: int) -> list[Host]:
    """The hosts of an availability zone without the largest ones, which are kept for the failure of a host."""
    inside = sorted((h for h in hosts if h.zone == zone), key=lambda h: (h.memory.capacity, h.name), reverse=True)
    return inside[held_back:]


def _kept(capacity: float, hold_back: HoldBack) -> float:
    """A capacity without the share that is held back for growth."""
    return capacity * (100 - hold_back.growth) / 100


def _unencrypted(claim: Claim, facts: Facts) -> Iterator[Shortage]:
    """New volumes that are to be encrypted, of a type that Cinder does not encrypt, whatever province.yaml calls it."""
    had = claim.before.volumes if claim.before else {}
    for name, disk in claim.wanted.volumes.items():
        plain = disk.type in facts.volume_types and disk.type not in facts.encrypting
        if disk.encrypted and plain and had.get(name) != disk:
            key = "iaas.servers.{}.volumes.{}".format(*name.split("/"))
            yield Shortage("capacity.not-encrypted", key, {"type": disk.type, "volume": name})


def _volumes(claim: Claim, facts: Facts, hold_back: HoldBack) -> Iterator[Shortage]:
    wanted = claim.wanted.granted.volumes
    for kind in wanted:
        if kind not in facts.volume_types:
            yield Shortage("capacity.no-volume-type", "iaas.servers", {"type": kind})
    yield from _unencrypted(claim, facts)
    known = [kind for kind in sorted(wanted) if kind in facts.volume_types]
    for backend in sorted({facts.volume_types[kind] for kind in known}):
        kinds = {kind for kind, name in facts.volume_types.items() if name == backend}
        asked = [kind for kind in known if kind in kinds]

        def measure(amounts: Amounts, kinds: Collection[str] = kinds) -> int:
            return sum(size for kind, size in amounts.volumes.items() if kind in kinds)

        spaces = [pool.space for pool in facts.pools_of(asked[0])]
        if not spaces:  # for a minute after its start a scheduler of Cinder's knows none
            yield Shortage("capacity.no-pools", "iaas", {"types": ", ".join(asked)})
            continue
        capacity, used = sum(space.capacity for space in spaces), sum(space.used for space in spaces)
        left = claim.left(_kept(capacity, hold_back), used, measure)
        yield from claim.short("capacity.volumes", measure, left, claim.neighbours, types=", ".join(asked))


def _addresses(claim: Claim, facts: Facts) -> Iterator[Shortage]:
    """Floating IPs and routers take addresses of the zone's external network."""
    for name in claim.wanted.granted.gateways:
        network = facts.external_networks[name]

        def measure(amounts: Amounts, name: str = name) -> int:
            return amounts.addresses.get(name, 0) + amounts.gateways.get(name, 0)

        left = claim.left(network.addresses.capacity, network.addresses.used, measure)
        yield from claim.short("capacity.external-addresses", measure, left, claim.neighbours, network=name)


def _whole_volumes(claim: Claim, facts: Facts, hold_back: HoldBack) -> Iterator[Shortage]:
    """Nor is a sum of free slivers a pool: every volume that is still to be built must lie in one, whole.

    What stands is what the cloud says: after an apply that failed the records tell what was to be. Of others, and where
    the cloud says nothing, they must do.
    """
    room = {pool.name: _kept(pool.space.capacity, hold_back) - pool.space.used for pool in facts.volume_pools}
    pooling = Pooling(facts, room)
    for promised_to, stands in claim.ledger.promised(claim.wanted.tenancy):
        if promised_to.site == claim.wanted.site:
            pooling = pooling.after(pieces(promised_to, recorded(promised_to, stands)))
    standing = recorded(claim.wanted, claim.before) if facts.volumes is None else facts.volumes
    yield from pooling.shortages(list(pieces(claim.wanted, standing)))


def _whole_machines(claim: Claim, facts: Facts, hold_back: HoldBack) -> Iterator[Shortage]:
    """A sum of free slivers is no host: every machine that is still to be built must fit on one, whole."""
    wanted = claim.wanted
    standing = frozenset(claim.before.machines if claim.before else ())
    for zone in sorted({place.zone for name, place in wanted.machines.items() if name not in standing}):
        hosts = _usable(facts.hosts, zone, hold_back.hosts)
        yield from Placing(wanted, zone, hosts, standing).shortages()
