"""One point of chaos: a command is hurt at its n-th mutating request, run again, and what must hold is looked at."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tests.cloud.chaos.footprint import Counts, Whose, footprint, without_defaults
from tests.cloud.chaos.place import Place
from tests.cloud.chaos.proxy import Recorded
from tests.cloud.chaos.victims import CTRL_C, fault

Verb = Literal["apply", "destroy"]
# a command that is hurt ends by itself: as if nothing had been, with an error of ours, or with the one who was killed
ENDINGS: Final = (0, 1, 3, 4, 9, -9)
# and whoever is asked to stop says that it did
STOPPED: Final = 130
# as much of what a command said is told where it did not do well
TOLD: Final = 1500


@dataclass(frozen=True)
class Point:
    """Hurt `victim` when the command `verb` sends its `number`-th mutating request (of `client`, to `service`)."""

    verb: Verb
    number: int
    victim: str
    client: str = ""
    service: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.verb, self.client, self.service, str(self.number), self.victim)))


@dataclass(frozen=True)
class Row:
    """What happened at a point: which request it was, how both runs ended, and what does not hold."""

    point: Point
    request: str
    hurt: int
    again: int | None
    seconds: float
    problems: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """In a word."""
        return "fails" if self.problems else "holds"


@dataclass(frozen=True)
class Declared:
    """What an apply that nobody hurts leaves in the cloud, and the mutating requests of it and of its destroy."""

    counts: Counts
    requests: Mapping[Verb, Sequence[Recorded]]


def declared(place: Place, name: str) -> Declared:
    """What must be there, from an apply and a destroy in peace."""
    path = place.request(name)
    requests: dict[Verb, list[Recorded]] = {}
    with place.way.proxy.recording() as requests["apply"]:
        place.shop.run("apply", path, "--yes")
    counts = without_defaults(footprint(place.cloud, whose(place, path)))
    with place.way.proxy.recording() as requests["destroy"]:
        place.shop.run("destroy", path, "--yes")
    return Declared(counts, {verb: [one for one in seen if one.mutating] for verb, seen in requests.items()})


def hurt(place: Place, point: Point, path: str, look: Callable[[], Iterable[str]]) -> Row:
    """Run into the point, then again in peace, unless all went well in spite of it; then `look` what does not hold."""
    start, words = time.monotonic(), (point.verb, path, "--yes")
    trap = place.way.proxy.set(fault(place, point.victim), point.number, point.client, point.service)
    shop = place.impatient if point.victim.startswith("hang") else place.shop
    first = shop.run(*words, code=None)
    place.way.proxy.clear()
    problems = []
    if not trap.struck.is_set():
        problems.append(f"only {trap.seen} requests went by")
    if first.code not in ((STOPPED,) if point.victim == CTRL_C else ENDINGS):
        problems.append(f"it ended with {first.code}: {first.err[-TOLD:]}")
    again = place.shop.run(*words, code=None) if first.code else None
    if again is not None and again.code:
        problems.append(f"run again, it ended with {again.code}: {again.err[-TOLD:]}")
    problems += look()
    seconds = time.monotonic() - start
    return Row(point, trap.victim, first.code, again.code if again else None, seconds, tuple(problems))


def whose(place: Place, path: str) -> Whose:
    """How the tenancy of a request is told from others, from what came into being since its life began."""
    return Whose(place.way.proxy.born, place.shop.tenancy(path))


def after_apply(place: Place, path: str, wanted: Declared) -> Iterator[str]:
    """What does not hold of a tenancy that was applied."""
    yield from _on_this_machine(place)
    found = without_defaults(footprint(place.cloud, whose(place, path)))
    for kind in sorted(wanted.counts.keys() | found.keys()):
        lacking, more = (
            one - other
            for one, other in itertools.permutations((wanted.counts.get(kind, Counter()), found.get(kind, Counter())))
        )
        if lacking or more:
            yield f"{kind}: lacking {dict(lacking)}, too many {dict(more)}"
    cut = {stack: pending for stack, pending in place.stacks().items() if pending}
    if cut:
        yield f"cut off in the engine's state: {cut}"
    for verb in ("plan", "drift"):
        said = place.shop.run(verb, path, "-o", "json", "--detailed-exitcode", code=None)
        if said.code:
            yield f"{verb} is not empty, it ended with {said.code}: {said.out[-TOLD:]} {said.err[-TOLD:]}"


def after_destroy(place: Place, whose: Whose) -> Iterator[str]:
    """What is left of a tenancy that was destroyed."""
    yield from _on_this_machine(place)
    left = footprint(place.cloud, whose)
    if left:
        yield f"left in the cloud: {left}"
    if place.stacks():
        yield f"left in the engine's state: {sorted(place.stacks())}"


def _on_this_machine(place: Place) -> Iterator[str]:
    """What a command that ended must not leave behind where it ran."""
    left = {
        "processes": place.processes(),
        "leases": place.leases(),
        "locks of the engine": place.locks(),
        "folders of runs, with passwords": place.run_folders(),
    }
    yield from (f"{what}: {found}" for what, found in left.items() if found)
