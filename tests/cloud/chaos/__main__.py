"""Every mutating request of an apply and of a destroy, every victim: `make chaos` prints a line for each point.

Ends with 1 where something does not hold. All of it takes hours; `--minutes` ends it earlier, and says how much of it
was left out.
"""

from __future__ import annotations

import argparse
import itertools
import math
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from govcloud import devcloud as room
from tests.cloud.chaos.lives import Life, Rows, live, open_stage
from tests.cloud.chaos.place import open_place
from tests.cloud.chaos.point import Declared, Point, Row, Verb, declared
from tests.cloud.chaos.victims import VICTIMS
from tests.cloud.conftest import Devcloud

COLUMNS = "{:<8} {:>4}  {:<24} {:>5} {:>5} {:>6}  {:<6} {}"
# of a request and of what does not hold, so much is shown in a line
SHOWN = 110
# so many lives are begun before the clock is looked at again
HANDFUL = 2
# steps of this part of a whole fill it evenly
GOLDEN = 0.618


def main(arguments: Sequence[str] | None = None) -> int:
    """Go through the points and print the table; 1 where one does not hold."""
    asked = _asked(arguments)
    until = time.monotonic() + asked.minutes * 60
    here = room.installation()
    devcloud = Devcloud(here, room.variables(here))
    ways = [devcloud.connect() for _ in range(asked.lanes)]
    with open_place(devcloud, ways[0]) as place:
        wanted = declared(place, "peace")
    lives = list(every(wanted))[:: asked.every]
    _say(f"{2 * len(lives)} points, {asked.lanes} at once, for at most {asked.minutes:.0f} minutes\n")
    _say(COLUMNS.format("command", "n", "victim", "hurt", "again", "s", "", "request"))
    bad = reached = 0
    with ThreadPoolExecutor(asked.lanes) as pool:
        stage, waiting = open_stage(devcloud, pool, ways, wanted), iter(lives)
        while time.monotonic() < until and (some := list(itertools.islice(waiting, asked.lanes * HANDFUL))):
            rows = live(stage, some)
            reached += len(rows)
            bad += sum(_tell(point, row) for point, row in _finished(rows))
    left = 2 * len(lives) - reached
    _say(f"\n{reached} points: {reached - bad} hold, {bad} do not; {left} were left out for want of time")
    return 1 if bad else 0


def every(wanted: Declared) -> Iterator[Life]:
    """All points, in lives: as an apply has more of them than a destroy, some of a destroy's come again."""
    applying, destroying = (list(_spread(verb, wanted)) for verb in ("apply", "destroy"))
    yield from (Life(point, destroying[turn % len(destroying)]) for turn, point in enumerate(applying))


def _spread(verb: Verb, wanted: Declared) -> Iterator[Point]:
    """A command's points, neighbours far from each other in request and in victim: an early end has seen much."""
    points = [Point(verb, number + 1, name) for number in range(len(wanted.requests[verb])) for name in VICTIMS]
    stride = next(n for n in range(round(len(points) * GOLDEN), len(points)) if math.gcd(n, len(points)) == 1)
    yield from (points[turn * stride % len(points)] for turn in range(len(points)))


def _finished(rows: Rows) -> Iterator[tuple[Point, Future[Row]]]:
    by_future = {future: point for point, future in rows.items()}
    for future in as_completed(by_future):
        yield by_future[future], future


def _tell(point: Point, future: Future[Row]) -> bool:
    """Print a point's line, and under it what does not hold; true where that is something."""
    failed = future.exception()
    row = Row(point, "", 0, None, 0, (repr(failed),)) if failed else future.result()
    again = "-" if row.again is None else str(row.again)
    words = (point.verb, point.number, point.victim, row.hurt, again, f"{row.seconds:.0f}", row.verdict)
    _say(COLUMNS.format(*words, row.request[:SHOWN]))
    for problem in row.problems:
        _say(f"    - {problem}")
    return bool(row.problems)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=600, help="begin nothing new after this time (default: 600)")
    parser.add_argument("--lanes", type=int, default=4, help="so many lives at once (default: 4)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th of the lives")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
