"""Many lives, several at once, each in a place of its own: what one leaves behind is no other's fault."""

from __future__ import annotations

import queue
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from tests.cloud.chaos.place import open_place
from tests.cloud.chaos.point import Declared, Point, Row, after_apply, after_destroy, declared, hurt, whose
from tests.cloud.conftest import Cloud, Devcloud

Rows = dict[Point, Future[Row]]
# how many lives are led at once in a test
LANES: Final = 4


@dataclass(frozen=True)
class Life:
    """A tenancy's life: hurt at one point while it is applied, and at another while it is destroyed."""

    applying: Point
    destroying: Point

    @property
    def points(self) -> tuple[Point, Point]:
        """Both."""
        return self.applying, self.destroying


@dataclass(frozen=True)
class Stage:
    """Where lives are led: so many at once as there are ways into the cloud."""

    devcloud: Devcloud
    pool: ThreadPoolExecutor
    ways: queue.Queue[Cloud]
    wanted: Declared


def lived(devcloud: Devcloud, lives: Sequence[Life]) -> Rows:
    """What happened in these lives, several at once; all of them are over.

    None goes on while tests take their rows: pytest sets the filters of warnings anew between two tests, and a thread
    that calls openstacksdk in that moment would have its warnings raised as errors.
    """
    ways = [devcloud.connect() for _ in range(LANES)]
    with open_place(devcloud, ways[0]) as place:
        wanted = declared(place, "peace")
    with ThreadPoolExecutor(LANES) as pool:
        return live(open_stage(devcloud, pool, ways, wanted), lives)


def open_stage(devcloud: Devcloud, pool: ThreadPoolExecutor, ways: Iterable[Cloud], wanted: Declared) -> Stage:
    """A stage with these ways into the cloud, none of which is ever used by two at once."""
    free: queue.Queue[Cloud] = queue.Queue()
    for way in ways:
        free.put(way)
    return Stage(devcloud, pool, free, wanted)


def live(stage: Stage, lives: Sequence[Life]) -> Rows:
    """Let all lives begin, as there is room; the rows come when they are there."""
    found: Rows = {point: Future() for life in lives for point in life.points}
    for life in lives:
        stage.pool.submit(_live, stage, life, found)
    return found


def _live(stage: Stage, life: Life, found: Rows) -> None:
    way = stage.ways.get()
    try:
        with open_place(stage.devcloud, way) as place:
            path = place.request("life")
            applied = hurt(place, life.applying, path, lambda: after_apply(place, path, stage.wanted))
            found[life.applying].set_result(applied)
            mine = whose(place, path)
            destroyed = hurt(place, life.destroying, path, lambda: after_destroy(place, mine))
        # a place that cannot be left as it was found is this point's doing
        found[life.destroying].set_result(destroyed)
    except BaseException as error:
        for point in life.points:
            if not found[point].done():
                found[point].set_exception(error)
        raise
    finally:
        stage.ways.put(way)
