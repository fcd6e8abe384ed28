"""Tenancies: a list, one in full, and the handover sheet (开通单) a department is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from govcloud.allocation.amounts import Amounts
from govcloud.output.document import Cell, Data, Document, Heading, Paragraph, Part, Table, Tone
from govcloud.text import next_step, say

if TYPE_CHECKING:
    from govcloud.allocation.ledger import Allocation, Pin
    from govcloud.plan.look import Live, Seen
    from govcloud.store.isolations import Isolation
    from govcloud.store.runs import Run
    from govcloud.store.tenancies import Reservation, Tenancy

_NONE: Final[Mapping[str, Run]] = {}
_TONES: Mapping[str, Tone] = {"active": "good", "held": "warn", "isolated": "bad", "ended": "dim"}


def list_document(
    tenancies: Sequence[Tenancy],
    kept: Sequence[Reservation],
    names: Mapping[str, str],
    isolations: Mapping[str, Isolation],
    unended: Mapping[str, Run] = _NONE,
) -> Document:
    """The tenancies in a table, below it what of an isolation or of the last change is not complete, and in another
    what is `kept`; `names` are departments' short names by credit code.
    """
    columns = ("tenancy", "department", "system", "name", "environment", "site", "state", "until")
    rows = tuple(
        (
            one.id,
            names.get(one.department, one.department),
            one.system,
            one.name,
            say(f"output.environment.{one.environment}"),
            one.site,
            _state(one, isolations.get(one.id), unended.get(one.id)),
            one.until,
        )
        for one in tenancies
    )
    table: Part = Table(tuple(say(f"output.column.{c}") for c in columns), rows)
    none: Part = Paragraph(say("output.list.none"), "dim")
    told: list[Data] = [
        {
            **_data(one),
            "complete": _is_complete(isolations.get(one.id)),
            "unended": _unended_data(unended.get(one.id)),
        }
        for one in tenancies
    ]
    stands = {one.id: one.allocation for one in tenancies if one.stage == "active"}
    more = [_Kept(one, stands.get(one.allocation.tenancy)) for one in kept]
    data: Data = [*told, *map(_kept_data, more)]
    broken = [part for one in tenancies for part in _incomplete(one, isolations.get(one.id), unended.get(one.id))]
    parts = (table if rows else none, *broken, *(_kept(more, names) if kept else ()))
    return Document("TenancyList", data, parts)


@dataclass(frozen=True)
class _Kept:
    """What is reserved for a tenancy, beside what stands of it."""

    reservation: Reservation
    stands: Allocation | None

    @property
    def allocation(self) -> Allocation:
        return self.reservation.allocation

    @property
    def more(self) -> tuple[int, int, int, int]:
        """Cores, memory in MiB, local disk and volumes in GiB that are kept beyond what stands."""
        wanted, has = _sizes(self.allocation.granted), _sizes(self.stands.granted if self.stands else Amounts())
        cores, memory, disk, volumes = (max(0, one - other) for one, other in zip(wanted, has, strict=True))
        return cores, memory, disk, volumes


def _sizes(some: Amounts) -> tuple[int, int, int, int]:
    return some.cores, some.memory, some.disk, sum(some.volumes.values())


def _kept(kept: Sequence[_Kept], names: Mapping[str, str]) -> list[Part]:
    columns = ("tenancy", "department", "system", "environment", "site", "plan", "until")
    amounts = ("cores", "memory", "disk", "volumes")
    rows = tuple(
        (
            one.allocation.tenancy,
            names.get(one.allocation.department, one.allocation.department),
            one.allocation.system,
            say(f"output.environment.{one.allocation.environment}"),
            one.allocation.site,
            one.reservation.plan,
            one.reservation.expires.isoformat(timespec="minutes"),
            *_amounts(*one.more),
        )
        for one in kept
    )
    words = (*(say(f"output.column.{c}") for c in columns), *(say(f"output.amount.{a}") for a in amounts))
    return [Heading(say("output.list.kept")), Table(words, rows), Paragraph(say("output.list.give-back"), "dim")]


def _amounts(cores: int, memory: int, disk: int, volumes: int) -> tuple[str, ...]:
    return str(cores), f"{memory // 1024} GiB", f"{disk} GiB", f"{volumes} GiB"


def _kept_data(one: _Kept) -> dict[str, Data]:
    given, (cores, memory, disk, volumes) = one.allocation, one.more
    return {
        "tenancy": given.tenancy,
        "department": given.department,
        "system": given.system,
        "name": "",
        "environment": given.environment,
        "site": given.site,
        "state": "reserved",
        "states": ["reserved"],
        "complete": True,
        "unended": None,
        "until": one.reservation.expires.isoformat(timespec="seconds"),
        "path": "",
        "plan": one.reservation.plan,
        "cores": cores,
        "memory_mib": memory,
        "disk_gib": disk,
        "volumes_gib": volumes,
    }


def _state(one: Tenancy, isolated: Isolation | None, unended: Run | None) -> Cell:
    """Every word that holds: who sees that traffic is cut must not overlook that somebody holds it as well, nor that
    part of it may be gone, or not be there yet.
    """
    words = [say(f"output.state.{word}") for word in one.states]
    if isolated and isolated.broken:
        words[0] = say("output.state.incomplete", state=words[0])
    if unended:
        words.append(say("output.state.ending" if unended.kind == "destroy" else "output.state.unfinished"))
    return Cell(", ".join(words), "bad" if unended else _TONES.get(one.state, "plain"))


def left_undone(run: Run) -> str:
    """The sentence of a change that did not come to its end; a destroy has another, for what follows is another."""
    return "output.drift.unended" if run.kind == "destroy" else "output.drift.unfinished"


def _incomplete(one: Tenancy, isolated: Isolation | None, unended: Run | None) -> Iterator[Part]:
    """That an isolation, its end, or the last change did not come to its end, and what to type."""
    told: list[tuple[str, Mapping[str, str]]] = []
    if isolated and (code := isolated.incomplete):
        told.append((code, {"tenancy": one.id, "run": isolated.run}))
    if unended:
        who = {"run": unended.id, "actor": unended.actor, "when": unended.started}
        told.append((left_undone(unended), {"tenancy": one.id, "path": one.path, **who}))
    for code, params in told:
        following = next_step(code, **params)
        yield Paragraph(say(code, **params) + (f"\n    → {following}" if following else ""), "bad")


def _unended_data(unended: Run | None) -> Data:
    if unended is None:
        return None
    return {"kind": unended.kind, "who": unended.actor, "since": unended.started, "run": unended.id}


def _data(one: Tenancy) -> dict[str, Data]:
    return {
        "tenancy": one.id,
        "department": one.department,
        "system": one.system,
        "name": one.name,
        "environment": one.environment,
        "site": one.site,
        "state": one.state,
        "states": list(one.states),
        "until": one.until,
        "path": one.path,
    }


def _is_complete(isolated: Isolation | None) -> bool:
    return isolated is None or isolated.broken is None


def _isolation(isolated: Isolation) -> Data:
    return {"who": isolated.who, "why": isolated.why, "since": isolated.since, "run": isolated.run}


def show_document(seen: Seen) -> Document:
    """One tenancy in full: what it was given, and how its machines are at this moment."""
    one = seen.tenancy
    rows: list[tuple[str | Cell, ...]] = [
        (say("output.column.system"), f"{one.system} {one.name}"),
        (say("output.column.environment"), say(f"output.environment.{one.environment}")),
        (say("output.column.state"), _state(one, seen.isolation, seen.unended)),
        (say("output.column.site"), one.site),
        (say("output.column.until"), one.until),
        (say("output.column.path"), one.path),
    ]
    if one.hold is not None:
        text = say("output.show.held", who=one.hold.who, why=one.hold.why, ticket=one.hold.ticket or "-")
        rows.append((say("output.state.held"), text))
    if seen.isolation is not None:
        text = say("output.show.isolated", who=seen.isolation.who, why=seen.isolation.why or "-")
        rows.append((say("output.state.isolated"), text))
    parts: list[Part] = [
        Heading(f"{one.id}"),
        Table(("", ""), tuple(rows)),
        *_incomplete(one, seen.isolation, seen.unended),
    ]
    parts += _given(one.allocation, seen.live)
    data = {
        **_data(one),
        "complete": _is_complete(seen.isolation),
        "unended": _unended_data(seen.unended),
        "hold": dict(vars(one.hold)) if one.hold else None,
        "isolation": _isolation(seen.isolation) if seen.isolation else None,
        "machines": [vars(live) for live in seen.live.values()],
    }
    return Document("Tenancy", data, tuple(parts))


def handover_document(seen: Seen, department: str) -> Document:
    """The sheet a department gets when its tenancy stands: what it has and where; nothing of anybody else.

    One that is half built, cut off or gone is not said to stand.
    """
    one = seen.tenancy
    stands = one.stage == "active" and not one.isolated and not seen.unended
    told = "intro" if stands else "ended" if one.state == "ended" else "not-ready"
    state = _state(one, seen.isolation, seen.unended).text
    named = {"department": department, "system": one.system, "tenancy": one.id, "until": one.until}
    parts: list[Part] = [
        Heading(say("output.handover.title", name=one.name)),
        Paragraph(
            say(f"output.handover.{told}", **named, state=state),
            "plain" if stands else "bad",
        ),
        *_given(one.allocation, seen.live),
        Paragraph(say("output.handover.duties")),
    ]
    return Document("Handover", _data(one), tuple(parts))


def _given(allocation: Allocation | None, live: Mapping[str, Live]) -> list[Part]:
    if allocation is None:
        return []
    networks = tuple(
        (key, say(f"output.zone.{network.zone}"), str(network.cidr), str(network.gateway))
        for key, network in sorted(allocation.networks.items())
    )
    seen = {name: live.get(name) for name in allocation.machines}
    machines = tuple(
        (
            name,
            _status(seen[name]),
            one.network,
            str(one.address),
            _public(seen[name]),
            _size(seen[name], allocation.servers[name.rpartition("-")[0]]),
        )
        for name, one in sorted(allocation.machines.items())
    )
    first = ("network", "zone", "range", "gateway")
    second = ("server", "machine-status", "network", "address", "public", "size")
    return [
        Heading(say("output.show.networks")),
        Table(tuple(say(f"output.column.{c}") for c in first), networks),
        Heading(say("output.show.machines")),
        Table(tuple(say(f"output.column.{c}") for c in second), machines),
    ]


def _status(live: Live | None) -> Cell:
    if live is None:
        return Cell(say("output.show.absent"), "bad")
    return Cell(live.status, "good" if live.status == "ACTIVE" else "warn")


def _public(live: Live | None) -> str:
    return live.public if live and live.public else "-"


def _size(live: Live | None, pin: Pin) -> str:
    """As it stands; what was given and does not stand (yet) as it was given."""
    size = live if live and live.cores else pin
    return f"{size.cores} CPU / {size.memory // 1024} GiB / {size.disk} GiB"
