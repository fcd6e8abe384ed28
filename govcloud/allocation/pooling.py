"""Which volumes find a pool: each lies whole in one of its type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from govcloud.allocation.facts import Facts
from govcloud.allocation.ledger import Allocation
from govcloud.allocation.shortage import Shortage


@dataclass(frozen=True)
class Piece:
    """Room in one pool: for a volume that is to be made, or for what one that stands is to grow by."""

    machine: str
    server: str
    key: str
    type: str
    size: int


def pieces(wanted: Allocation, stands: Allocation | None) -> Iterator[Piece]:
    """The room that is needed for what is wanted beside what stands."""
    had = stands.volumes if stands else {}
    # an older record does not say how large they are: they are taken to be as large as they are to be
    unsaid = bool(stands and stands.demand.volumes) and not (had and all(disk.size for disk in had.values()))
    for machine in wanted.machines:
        server = machine.rpartition("-")[0]
        standing = stands is not None and machine in stands.machines
        if standing and unsaid:
            continue
        for name, disk in wanted.volumes.items():
            owner, _, key = name.partition("/")
            old = had.get(name) if standing else None
            size = disk.size - (old.size if old and old.type == disk.type else 0)
            if owner == server and size > 0:
                yield Piece(machine, server, key, disk.type, size)


@dataclass(frozen=True)
class Pooling:
    """What the pools of a site have left, in GiB by name.

    As Cinder does, each piece is put where most is left, the largest first: it is no use to know of a better order, for
    Cinder would not keep to it.
    """

    facts: Facts
    room: Mapping[str, float]

    def after(self, wanted: Iterable[Piece]) -> Pooling:
        """The pools when all of these that find room are in them."""
        return Pooling(self.facts, self._placed(wanted)[0])

    def shortages(self, wanted: Sequence[Piece]) -> Iterator[Shortage]:
        """The largest piece that finds no pool, and the largest that would."""
        known = [piece for piece in wanted if piece.type in self.facts.volume_types]
        room, homeless = self._placed(known)
        if homeless:
            piece = homeless[0]
            left = max((room[pool.name] for pool in self.facts.pools_of(piece.type)), default=0)
            params = {"volume": piece.key, "machine": piece.machine, "size": piece.size, "left": int(max(0, left))}
            params |= {"fit": len(known) - len(homeless), "count": len(known)}
            yield Shortage("capacity.no-pool", f"iaas.servers.{piece.server}.volumes.{piece.key}", params)

    def _placed(self, wanted: Iterable[Piece]) -> tuple[Mapping[str, float], Sequence[Piece]]:
        room, homeless = dict(self.room), list[Piece]()
        for piece in sorted(wanted, key=lambda one: (-one.size, one.machine, one.key)):
            pools = (pool.name for pool in self.facts.pools_of(piece.type))
            roomiest = max(pools, key=lambda name: room[name], default=None)
            if roomiest is not None and room[roomiest] >= piece.size:
                room[roomiest] -= piece.size
            else:
                homeless.append(piece)
        return room, homeless
