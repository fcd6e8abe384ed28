"""Many lives, several at once, each in a place of its own."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from tests.cloud.chaos.place import Place
from tests.cloud.chaos.point import Declared, Point, Row, after_apply, after_destroy, hurt, whose

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Life:
    """A tenancy's life: hurt at one point while it is applied, and at another while it is destroyed."""

    applying: Point
    destroying: Point

    @property
    def points(self) -> tuple[Point, Point]:
        """Both."""
        return self.applying, self.destroying


def live(
    pool: ThreadPoolExecutor, places: Iterable[Place], lives: Sequence[Life], wanted: Declared
) -> dict[Point, Future[Row]]:
    """Let all lives begin, as places become free; the rows come when they are there."""
    free: queue.Queue[Place] = queue.Queue()
    for place in places:
        free.put(place)
    found: dict[Point, Future[Row]] = {point: Future() for life in lives for point in life.points}
    for life in lives:
        pool.submit(_live, free, life, wanted, found)
    return found


def _live(free: queue.Queue[Place], life: Life, wanted: Declared, found: dict[Point, Future[Row]]) -> None:
    place = free.get()
    try:
        place.way.proxy.born.clear()
        path = place.request(f"life-{next(_numbers)}")
        found[life.applying].set_result(hurt(place, life.applying, path, lambda: after_apply(place, path, wanted)))
        mine = whose(place, path)
        found[life.destroying].set_result(hurt(place, life.destroying, path, lambda: after_destroy(place, mine)))
    except BaseException as error:
        for point in life.points:
            if not found[point].done():
                found[point].set_exception(error)
        raise
    finally:
        free.put(place)
