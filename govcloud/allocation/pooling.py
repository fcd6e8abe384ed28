"""Which volumes find a pool: each lies whole in one of its type, and one that grows stays where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from govcloud.allocation.facts import Facts, Volume
from govcloud.allocation.ledger import Allocation, Disk
from govcloud.allocation.shortage import Shortage


@dataclass(frozen=True)
class Piece:
    """Room in one pool: for a volume that is to be made, or for what one that stands is to grow by.

    `old` is what stands: it grows, or the new one is made beside it, for nothing goes before what takes its place.
    """

    machine: str
    key: str
    disk: Disk
    old: Volume | None = None

    @property
    def grows(self) -> Volume | None:
        """The volume that is to grow, if one is."""
        return self.old if self.old and self.old.becomes(self.disk.type, self.disk.size) else None

    @property
    def size(self) -> int:
        """How much room, in GiB."""
        return self.disk.size - (self.grows.size if self.grows else 0)


def pieces(wanted: Allocation, standing: Iterable[Volume]) -> Iterator[Piece]:
    """The room that is needed for what is wanted beside what stands."""
    named: dict[str, list[Volume]] = {}
    for volume in standing:
        named.setdefault(volume.name, []).append(volume)
    for machine, key, disk in _disks(wanted.machines, wanted.volumes):
        # there are two of a name where a replacement was cut off: the one that would do stays
        olds = named.get(f"{machine}-{key}", ())
        old = max(olds, key=lambda one: (one.becomes(disk.type, disk.size), one.size), default=None)
        piece = Piece(machine, key, disk, old)
        if piece.size > 0:
            yield piece


def recorded(wanted: Allocation, stands: Allocation | None) -> Iterator[Volume]:
    """What stands, as far as the records tell."""
    if stands is None:
        return
    had = stands.volumes
    if stands.demand.volumes and not (had and all(disk.size for disk in had.values())):
        # an older record does not say how large they are: they are taken to be as large as they are to be
        had = wanted.volumes
    for machine, key, disk in _disks(stands.machines, had):
        yield Volume(f"{machine}-{key}", disk.type, disk.size)


def _disks(machines: Iterable[str], disks: Mapping[str, Disk]) -> Iterator[tuple[str, str, Disk]]:
    """Machine, key and kind of every volume of the machines."""
    for machine in machines:
        for name, disk in disks.items():
            server, _, key = name.partition("/")
            if server == machine.rpartition("-")[0]:
                yield machine, key, disk


@dataclass(frozen=True)
class Pooling:
    """What the pools of a site have left, in GiB by name.

    What grows has no choice and comes first. As Cinder does, each other piece is put where most is left, the largest
    first: it is no use to know of a better order, for Cinder would not keep to it.
    """

    facts: Facts
    room: Mapping[str, float]

    def after(self, wanted: Iterable[Piece]) -> Pooling:
        """The pools when all of these that find room are in them."""
        return Pooling(self.facts, self._placed(wanted)[0])

    def shortages(self, wanted: Sequence[Piece]) -> Iterator[Shortage]:
        """The largest piece that finds no pool, and the largest in each pool that cannot grow there.

        Where there is no pool at all, their sum has said so.
        """
        known = [piece for piece in wanted if piece.disk.type in self.facts.volume_types and self._pools(piece)]
        room, homeless = self._placed(known)
        told = set()
        for piece in homeless:
            pools = self._pools(piece)
            where = pools if piece.grows else ()
            if where not in told:
                told.add(where)
                left = int(max(0, *(room[pool] for pool in pools)))
                new = [one for one in known if not one.grows]
                counts = {"fit": sum(one not in homeless for one in new), "count": len(new)}
                yield _shortage(piece, left, {"pools": ", ".join(pools)} if piece.grows else counts)

    def _placed(self, wanted: Iterable[Piece]) -> tuple[Mapping[str, float], Sequence[Piece]]:
        room, homeless = dict(self.room), list[Piece]()
        for piece in sorted(wanted, key=lambda one: (not self._lies(one), -one.size, one.machine, one.key)):
            roomiest = max(self._pools(piece), key=lambda name: room[name], default=None)
            if roomiest is not None and room[roomiest] >= piece.size:
                room[roomiest] -= piece.size
            else:
                homeless.append(piece)
        return room, homeless

    def _pools(self, piece: Piece) -> tuple[str, ...]:
        """Where it may be: what grows where it lies, if that is known."""
        return self._lies(piece) or tuple(pool.name for pool in self.facts.pools_of(piece.disk.type))

    def _lies(self, piece: Piece) -> tuple[str, ...]:
        return (piece.grows.pool,) if piece.grows and piece.grows.pool in self.room else ()


def _shortage(piece: Piece, left: int, more: Mapping[str, object]) -> Shortage:
    key = f"iaas.servers.{piece.machine.rpartition('-')[0]}.volumes.{piece.key}"
    params = {"volume": piece.key, "machine": piece.machine, "size": piece.size, "left": left, **more}
    if piece.grows:
        sizes = {"wanted": piece.disk.size, "most": piece.grows.size + left}
        return Shortage("capacity.no-room-to-grow", key, params | sizes)
    if piece.old:
        return Shortage("capacity.no-pool-anew", key, params | {"old": piece.old.size})
    return Shortage("capacity.no-pool", key, params)
