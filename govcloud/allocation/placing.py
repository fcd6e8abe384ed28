"""Which machines find a host: each whole on one and, where policy is strict, no two of a server on the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from govcloud.allocation.allocate import POLICIES
from govcloud.allocation.facts import Host, Stock
from govcloud.allocation.ledger import Allocation
from govcloud.allocation.shortage import Shortage

HOST_CLASSES: Final = ("cores", "memory", "disk")
STRICT: Final = POLICIES["strict"]


def stock(host: Host, name: str) -> Stock:
    """One class of what a host has."""
    return {"cores": host.cores, "memory": host.memory, "disk": host.disk}[name]


@dataclass(frozen=True)
class Placing:
    """The machines a tenancy wants in an availability zone, and the hosts it may have there.

    Those in `standing` are built already: on which hosts is not known, only that Nova keeps them apart.
    """

    wanted: Allocation
    zone: str
    hosts: Sequence[Host]
    standing: frozenset[str]

    def shortages(self) -> Iterator[Shortage]:
        """The servers whose machines lack a host of their own, and the largest machine that fits nowhere."""
        for server in sorted({_server(name) for name in self._new if self._strict(name)}):
            yield from self._apart(server)
        homeless = [name for name in self._new if name not in self._placed and not self._strict(name)]
        if homeless:
            machine = max(homeless, key=lambda name: (self._size(name), name))
            params = {"machine": machine, "zone": self.zone, **self._words(machine), "fit": len(self._placed)}
            yield Shortage("capacity.no-host", f"iaas.servers.{_server(machine)}", params)

    def _apart(self, server: str) -> Iterator[Shortage]:
        machines = [name for name in self._here if _server(name) == server]
        standing = sum(name in self.standing for name in machines)
        # each that stands has taken a host, whichever it is
        may = min(len(self.hosts) - standing, sum(_server(name) == server for name in self._placed))
        missing = len(machines) - standing - max(0, may)
        if missing > 0:
            numbers = {"machines": len(machines), "hosts": len(machines) - missing, "missing": missing}
            params = {"server": server, "zone": self.zone, **numbers, **self._words(machines[0])}
            yield Shortage("capacity.too-few-hosts", f"iaas.servers.{server}", params)

    @cached_property
    def _here(self) -> Sequence[str]:
        return [name for name, place in self.wanted.machines.items() if place.zone == self.zone]

    @cached_property
    def _new(self) -> Sequence[str]:
        return [name for name in self._here if name not in self.standing]

    @cached_property
    def _placed(self) -> Sequence[str]:
        """The new machines that find a host: the largest choose first, of one size those that must stand apart."""
        free = {host.name: [stock(host, name).free for name in HOST_CLASSES] for host in self.hosts}
        taken: dict[str, set[str]] = {}
        placed: list[str] = []
        for machine in sorted(self._new, key=lambda n: (self._size(n), self._strict(n), n), reverse=True):
            size, shunned = self._size(machine), taken.setdefault(_server(machine), set())
            host = next((h for h, room in free.items() if h not in shunned and _fits(size, room)), None)
            if host is not None:
                free[host] = [left - part for left, part in zip(free[host], size, strict=True)]
                placed.append(machine)
                if self._strict(machine):
                    shunned.add(host)
        return placed

    def _strict(self, machine: str) -> bool:
        return self.wanted.servers[_server(machine)].apart == STRICT

    def _size(self, machine: str) -> tuple[int, int, int]:
        pin = self.wanted.servers[_server(machine)]
        return pin.cores, pin.memory, pin.disk

    def _words(self, machine: str) -> Mapping[str, int]:
        """The size of a machine as people say it."""
        cores, memory, disk = self._size(machine)
        return {"cpu": cores, "memory": memory // 1024, "disk": disk}


def _server(machine: str) -> str:
    return machine.rpartition("-")[0]


def _fits(size: Sequence[int], room: Sequence[float]) -> bool:
    return all(wanted <= left for wanted, left in zip(size, room, strict=True))
