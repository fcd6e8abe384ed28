"""What a contender took for one phase, and where the time went."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from bench.recorder import Call, Recorder

# nothing on its way for so long, and then another call: somebody waits for his next look
WAIT: Final = 0.75
Span = tuple[float, float]


@dataclass(frozen=True)
class Part:
    """Seconds on the clock: `services` are those with a call on its way, `waits` longer pauses between two calls."""

    seconds: float
    services: float
    waits: float

    @property
    def itself(self) -> float:
        """The rest: the contender's own work."""
        return self.seconds - self.services - self.waits


@dataclass(frozen=True)
class Measured:
    """One contender's phase: `calls` that went out, and seconds.

    `whole` is the command as people call it, `engine` what of it lies between the first and the last step of an
    engine's run; of others than ours that is the same. `cpu` are the seconds of processor that the contender's own
    processes used, which a busy machine does not lengthen much.
    """

    contender: str
    phase: str
    calls: int
    cpu: float
    whole: Part
    engine: Part


@dataclass
class Watch:
    """A phase under way; `runs` are the spans of its engine's runs, where they are not all of it."""

    runs: list[Span] = field(default_factory=list)
    span: Span = (0.0, 0.0)
    cpu: float = 0.0


@contextmanager
def watching() -> Iterator[Watch]:
    """Take the time of the block, and the processor's."""
    watch, start, before = Watch(), time.monotonic(), _processor()
    yield watch
    watch.span = (start, time.monotonic())
    watch.cpu = _processor() - before
    watch.runs = watch.runs or [watch.span]


def _processor() -> float:
    """Seconds of processor used so far by this process, and by its children that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def measured(contender: str, phase: str, watch: Watch, recorder: Recorder) -> Measured:
    """What was watched, with the recorder's calls."""
    calls = recorder.calls(*watch.span)
    whole, engine = _part([watch.span], calls), _part(watch.runs, calls)
    return Measured(contender, phase, len(calls), watch.cpu, whole, engine)


def _part(spans: Sequence[Span], calls: Sequence[Call]) -> Part:
    services = waits = 0.0
    for since, until in spans:
        busy = _together((call.start, min(call.end, until)) for call in calls if since <= call.start <= until)
        services += sum(end - start for start, end in busy)
        pauses = [later[0] - sooner[1] for sooner, later in pairwise(busy)]
        waits += sum(pause for pause in pauses if pause > WAIT)
    return Part(sum(end - start for start, end in spans), services, waits)


def _together(spans: Iterable[Span]) -> Sequence[Span]:
    """The spans with those that overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
