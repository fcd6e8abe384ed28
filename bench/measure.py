"""What a contender took for one phase, and where the time went."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from bench.recorder import Recorder

# nothing on its way for so long, and then another call: somebody waits for his next look
WAIT: Final = 0.5
Span = tuple[float, float]


@dataclass(frozen=True)
class Measured:
    """One contender's phase: `calls` that went out, and seconds.

    `services` are those with a call on its way, `waits` pauses of more than half a second between two calls, the rest
    is the contender itself. `engine` is the part of the seconds that ours spends in engine runs; of others it is all.
    """

    contender: str
    phase: str
    calls: int
    seconds: float
    engine: float
    services: float
    waits: float

    @property
    def itself(self) -> float:
        """Seconds of the engine's runs with no call on its way and none awaited."""
        return self.engine - self.services - self.waits


@dataclass
class Watch:
    """A phase under way; `runs` are the spans of its engine's runs, where they are not all of it."""

    runs: list[Span] = field(default_factory=list)
    span: Span = (0.0, 0.0)


@contextmanager
def watching() -> Iterator[Watch]:
    """Take the time of the block."""
    watch, start = Watch(), time.monotonic()
    yield watch
    watch.span = (start, time.monotonic())
    watch.runs = watch.runs or [watch.span]


def measured(contender: str, phase: str, watch: Watch, recorder: Recorder) -> Measured:
    """What was watched, with the recorder's calls."""
    calls = recorder.calls(*watch.span)
    services = waits = 0.0
    for run in watch.runs:
        busy = _together((call.start, min(call.end, run[1])) for call in calls if run[0] <= call.start <= run[1])
        services += sum(end - start for start, end in busy)
        pauses = [later[0] - sooner[1] for sooner, later in pairwise(busy)]
        waits += sum(pause for pause in pauses if pause > WAIT)
    engine = sum(end - start for start, end in watch.runs)
    return Measured(
        contender, phase, len(calls), watch.span[1] - watch.span[0], engine, round(services, 3), round(waits, 3)
    )


def _together(spans: Iterable[Span]) -> Sequence[Span]:
    """The spans with those that overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
