"""What a site's cloud offers and holds, as read from its APIs at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from govcloud.province.site import Site


@dataclass(frozen=True)
class Flavor:
    """A flavour: `memory` in MiB, `disk` (local, from the image) in GiB."""

    id: str
    name: str
    cores: int
    memory: int
    disk: int


@dataclass(frozen=True)
class Image:
    """An image: `arch` as the image's hw_architecture says, `min_disk` in GiB, `min_memory` in MiB."""

    id: str
    name: str
    arch: str | None
    min_disk: int
    min_memory: int


@dataclass(frozen=True)
class Stock:
    """One class of a resource: what there is, what is kept from use, how far it is over-committed, what is used."""

    total: float
    reserved: float = 0
    ratio: float = 1.0
    used: float = 0

    @property
    def capacity(self) -> float:
        """What may be given out: (total - reserved) x ratio (Placement's own rule)."""
        return (self.total - self.reserved) * self.ratio

    @property
    def free(self) -> float:
        """What may still be given out."""
        return max(0.0, self.capacity - self.used)


@dataclass(frozen=True)
class Host:
    """A hypervisor: memory in MiB, disk in GiB."""

    name: str
    zone: str
    cores: Stock
    memory: Stock
    disk: Stock


@dataclass(frozen=True)
class Pool:
    """A pool of Cinder's, in GiB: every volume lies whole in one. `backend` is the name by which types ask for it."""

    name: str
    backend: str
    space: Stock


@dataclass(frozen=True)
class Volume:
    """A volume that stands: its name within its tenancy (`web-1-files`), its type, its size in GiB.

    `pool` is the one it lies in; empty where nobody says.
    """

    name: str
    type: str
    size: int
    pool: str = ""

    def becomes(self, kind: str, size: int) -> bool:
        """Can it become what is wanted? None can shrink, and to become of another type its data would have to move, or
        to be encrypted, which few clouds do and none while it is in use: another is made, and then this one goes.
        """
        return self.type == kind and self.size <= size


@dataclass(frozen=True)
class ExternalNetwork:
    """An external network: its id, how many addresses it has and how many are taken."""

    id: str
    name: str
    addresses: Stock


@dataclass(frozen=True)
class Facts:
    """One site at one moment.

    `volume_types` are backends by the name of the type; a type with an empty one may lie in any pool, and what is of
    one among `encrypting` is encrypted. `subnets` are all IPv4 ranges in use in the cloud, whoever owns them.
    `metadata` says whether Neutron makes a port for metadata in every network, in its owner's name. `volumes` are those
    of the one tenancy that was asked about, None where none was or its project was not found. `owner` is the id of the
    store that owns the operator domain, empty where none does yet. `ambiguous` are the names that several images
    have, `domain_names` those of all domains of its Keystone, in small letters. `region` is the one all this was read
    in, None where nobody names one.
    """

    flavors: Mapping[str, Flavor]
    images: Mapping[str, Image]
    hosts: tuple[Host, ...]
    volume_pools: tuple[Pool, ...]
    volume_types: Mapping[str, str]
    external_networks: Mapping[str, ExternalNetwork]
    subnets: tuple[IPv4Network, ...] = ()
    domains: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    operator_user: str = ""
    metadata: bool = False
    volumes: tuple[Volume, ...] | None = None
    encrypting: frozenset[str] = frozenset()
    owner: str = ""
    ambiguous: frozenset[str] = frozenset()
    domain_names: frozenset[str] = frozenset()
    region: str | None = None

    @property
    def zones(self) -> tuple[str, ...]:
        """The availability zones that have hosts, sorted."""
        return tuple(sorted({host.zone for host in self.hosts}))

    def sharing(self, site: Site, sites: Iterable[Site], region: Callable[[Site], str | None]) -> tuple[Site, ...]:
        """The other sites whose operator domain is here too: two entries that lead to one cloud, whose rest would be
        given twice. Regions may share a Keystone, and have all else of their own: those of two sites are two where
        both are named, and differ.
        """
        here = (one for one in sites if one.operator_domain.casefold() in self.domain_names)
        others = ((one, region(one)) for one in here if one.name != site.name)
        return tuple(one for one, theirs in others if theirs in (None, self.region) or self.region is None)

    def pools_of(self, kind: str) -> tuple[Pool, ...]:
        """The pools in which a volume of this type may lie; none where type or backend is not there."""
        backend = self.volume_types.get(kind)
        return tuple(pool for pool in self.volume_pools if backend in ("", pool.backend))
