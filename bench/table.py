"""The measurements as people read them: medians of the rounds, ratios taken within each round."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bench.contenders import OURS, PHASES
from bench.measure import Measured, Part

Round = Sequence[Measured]
Of = Callable[[Measured], float]

WIDTH: Final = 22
COLUMNS: Final = ("calls", "seconds", "x floor", "services", "waits", "itself", "processor")
LEGEND: Final = """\
cold apply   from nothing to a tenancy that can be used; no-op plan: nothing differs; drift: what others changed
calls        requests to the services, logins and polling too, as a proxy in front of them counts them
seconds      on the clock: the median of the rounds
x floor      seconds, as times those of the floor of the same round: openstacksdk at its best number of threads,
             which makes, tags and reads each thing once and checks nothing
services     of the seconds, those with a request on its way: the cloud's own work
waits        of the seconds, pauses of more than 0.75 s between requests: somebody polls seldom
itself       of the seconds, the rest: starting, deciding, writing its state
processor    seconds of processor that the contender's own processes used
engine, command   ours is told twice: the runs of its engine alone (what Terraform does), and the whole command with all
             it does besides: reading the cloud, judging, the plan, leases, limits, verifying, the second preview"""


@dataclass(frozen=True)
class Aim:
    """Something promised: what it says, whether it holds, and the numbers."""

    says: str
    holds: bool
    numbers: str


def table(rounds: Sequence[Round]) -> str:
    """Everything measured, phase by phase."""
    lines = [" " * (WIDTH + 2) + "".join(f"{name:>10}" for name in COLUMNS)]
    for phase in PHASES:
        lines += ["", phase]
        for contender in sorted({one.contender for one in rounds[0] if one.phase == phase}):
            lines += _lines(rounds, contender, phase)
    return "\n".join(lines)


def _lines(rounds: Sequence[Round], contender: str, phase: str) -> Iterator[str]:
    """A contender's line; two of ours where the engine's runs are only a part."""
    if any(row.engine != row.whole for one in rounds if (row := _of(one, contender, phase))):
        yield _line(rounds, contender, phase, f"{contender}, engine", _engine)
        yield _line(rounds, contender, phase, f"{contender}, command", _whole)
    else:
        yield _line(rounds, contender, phase, contender, _whole)


def _line(rounds: Sequence[Round], contender: str, phase: str, name: str, part: Callable[[Measured], Part]) -> str:
    def middle(of: Of) -> float:
        return _middle(rounds, contender, phase, of)

    calls = f"{middle(lambda row: row.calls):>10.0f}" if part is _whole else " " * 10
    cpu = f"{middle(lambda row: row.cpu):>10.1f}" if part is _whole else ""
    seconds = f"{middle(lambda row: part(row).seconds):>10.1f}"
    pairs = [(_of(one, contender, phase), _floor(one, phase)) for one in rounds]
    ratios = [part(row).seconds / low.whole.seconds for row, low in pairs if row and low]
    ratio = f"{statistics.median(ratios):>10.2f}" if ratios else " " * 10
    parts: tuple[Of, ...] = (
        lambda row: part(row).services,
        lambda row: part(row).waits,
        lambda row: part(row).itself,
    )
    return f"  {name:{WIDTH}}{calls}{seconds}{ratio}{''.join(f'{middle(of):>10.1f}' for of in parts)}{cpu}"


def _engine(row: Measured) -> Part:
    return row.engine


def _whole(row: Measured) -> Part:
    return row.whole


def aims(rounds: Sequence[Round]) -> Iterator[Aim]:
    """What was promised, held against the medians."""
    apply, plan = PHASES[:2]
    low = statistics.median(floor.whole.seconds for one in rounds if (floor := _floor(one, apply)))
    engine = _middle(rounds, OURS, apply, lambda row: row.engine.seconds)
    apart, most = engine - _middle(rounds, OURS, apply, lambda row: row.engine.waits), 1.6 * low + 1
    says = "cold apply: engine time, waits apart, at most 1.6 times the floor and one second"
    yield Aim(says, apart <= most, f"{apart:.1f} s of {most:.1f} s ({apart / low:.2f} times the floor)")
    for rival in {one.contender for one in rounds[0] if one.phase == plan} - {OURS}:
        theirs = _middle(rounds, rival, apply, lambda row: row.whole.seconds)
        yield Aim(
            f"cold apply: engine time no more than {rival}'s", engine <= theirs, f"{engine:.1f} s of {theirs:.1f} s"
        )
        ours, half = (_middle(rounds, name, plan, lambda row: row.whole.seconds) for name in (OURS, rival))
        yield Aim(f"no-op plan: at most half of {rival}'s", ours <= half / 2, f"{ours:.1f} s of {half / 2:.1f} s")


def _middle(rounds: Sequence[Round], contender: str, phase: str, of: Of) -> float:
    return float(statistics.median(of(row) for one in rounds if (row := _of(one, contender, phase))))


def _of(one: Round, contender: str, phase: str) -> Measured | None:
    return next((row for row in one if (row.contender, row.phase) == (contender, phase)), None)


def _floor(one: Round, phase: str) -> Measured | None:
    """The floor at its best in this round."""
    lows = [row for row in one if row.contender.startswith("floor") and row.phase == phase]
    return min(lows, key=lambda row: row.whole.seconds, default=None)
