"""The measurements as people read them: medians of the rounds, ratios taken within each round."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.contenders import OURS, PHASES
from bench.measure import Measured

Round = Sequence[Measured]
Number = Literal["calls", "seconds", "engine", "services", "waits", "itself"]


@dataclass(frozen=True)
class Aim:
    """Something promised: what it says, whether it holds, and the numbers."""

    says: str
    holds: bool
    numbers: str


def table(rounds: Sequence[Round]) -> str:
    """Everything measured, phase by phase."""
    lines = [f"{'':24}{'calls':>7}{'seconds':>10}{'x floor':>10}{'services':>10}{'waits':>10}{'itself':>10}"]
    for phase in PHASES:
        lines += ["", phase]
        for contender in sorted({one.contender for one in rounds[0] if one.phase == phase}):
            lines += _lines(rounds, contender, phase)
    return "\n".join(lines)


def _lines(rounds: Sequence[Round], contender: str, phase: str) -> Iterator[str]:
    """A contender's line; two of ours where the engine's runs are only a part."""

    def line(name: str, number: Number, *parts: Number) -> str:
        calls, seconds = _middle(rounds, contender, phase, "calls"), _middle(rounds, contender, phase, number)
        columns = "".join(f"{_middle(rounds, contender, phase, part):>10.1f}" for part in parts)
        return f"  {name:22}{calls:>7.0f}{seconds:>10.1f}{_ratio(rounds, contender, phase, number)}{columns}"

    parts: tuple[Number, ...] = ("services", "waits", "itself")
    if any(row.engine != row.seconds for one in rounds if (row := _of(one, contender, phase))):
        yield line(f"{contender}, engine", "engine", *parts)
        yield line(f"{contender}, command", "seconds")
    else:
        yield line(contender, "seconds", *parts)


def _ratio(rounds: Sequence[Round], contender: str, phase: str, number: Number) -> str:
    """How many times the floor at its best of each round; blank where there is no floor."""
    pairs = [(_of(one, contender, phase), _floor(one, phase)) for one in rounds]
    ratios = [getattr(row, number) / low.engine for row, low in pairs if row and low]
    return f"{statistics.median(ratios):>10.2f}" if ratios else " " * 10


def aims(rounds: Sequence[Round]) -> Iterator[Aim]:
    """What was promised, held against the medians."""
    apply, plan = PHASES[:2]
    low = statistics.median(floor.engine for one in rounds if (floor := _floor(one, apply)))
    engine = _middle(rounds, OURS, apply, "engine")
    apart, most = engine - _middle(rounds, OURS, apply, "waits"), 1.6 * low + 1
    says = "engine time, waits apart, at most 1.6 times the floor and one second"
    yield Aim(says, apart <= most, f"{apart:.1f} s of {most:.1f} s")
    for rival in {one.contender for one in rounds[0] if one.phase == plan} - {OURS}:
        theirs = _middle(rounds, rival, apply, "engine")
        yield Aim(f"engine time no more than {rival}'s", engine <= theirs, f"{engine:.1f} s of {theirs:.1f} s")
        ours, half = _middle(rounds, OURS, plan, "seconds"), _middle(rounds, rival, plan, "seconds") / 2
        yield Aim(f"no-op plan at most half of {rival}'s", ours <= half, f"{ours:.1f} s of {half:.1f} s")


def _middle(rounds: Sequence[Round], contender: str, phase: str, number: Number) -> float:
    return float(statistics.median(getattr(row, number) for one in rounds if (row := _of(one, contender, phase))))


def _of(one: Round, contender: str, phase: str) -> Measured | None:
    return next((row for row in one if (row.contender, row.phase) == (contender, phase)), None)


def _floor(one: Round, phase: str) -> Measured | None:
    """The floor at its best in this round."""
    lows = [row for row in one if row.contender.startswith("floor") and row.phase == phase]
    return min(lows, key=lambda row: row.engine, default=None)
