"""Hurt at any moment, a command that is run again ends in the declared state: fourteen points, victims in turn.

`make chaos` goes through all of them.
"""

from __future__ import annotations

import pytest

from tests.cloud.chaos.lives import Life, Rows, lived
from tests.cloud.chaos.point import Point
from tests.cloud.conftest import Devcloud

LIVES = (
    Life(Point("apply", 30, "kill-command"), Point("destroy", 20, "503")),
    # the last thing that goes is the department's domain, and the engine never hears of it
    Life(Point("apply", 6, "500", "sdk"), Point("destroy", 8, "kill-engine", service="keystone")),
)
# with these every victim is hit once; a request that hangs takes longest, so it comes first
MORE = (
    Life(Point("apply", 3, "hang", "sdk"), Point("destroy", 5, "delay")),
    Life(Point("apply", 13, "cut-after", "provider"), Point("destroy", 2, "kill-all")),
    Life(Point("apply", 16, "kill-provider-unanswered"), Point("destroy", 15, "ctrl-c")),
    Life(Point("apply", 2, "kill-all-unanswered"), Point("destroy", 18, "cut-before")),
    Life(Point("apply", 26, "expired-token", "provider"), Point("destroy", 9, "429")),
)


@pytest.fixture(scope="module")
def rows(devcloud: Devcloud) -> Rows:
    """What happened at each point; a test takes its own."""
    return lived(devcloud, LIVES)


@pytest.fixture(scope="module")
def more(devcloud: Devcloud) -> Rows:
    """What happened at those that are left for a longer test."""
    return lived(devcloud, MORE)


@pytest.mark.parametrize("point", [point for life in LIVES for point in life.points], ids=str)
def test_run_again_it_ends_in_the_declared_state(rows: Rows, point: Point) -> None:
    _ended_as_declared(rows, point)


@pytest.mark.long
@pytest.mark.parametrize("point", [point for life in MORE for point in life.points], ids=str)
def test_so_it_does_at_more_points(more: Rows, point: Point) -> None:
    _ended_as_declared(more, point)


def test_both_clients_are_hurt(rows: Rows) -> None:
    assert {row.result().request.partition(" ")[0] for row in rows.values()} == {"sdk", "provider"}


def _ended_as_declared(rows: Rows, point: Point) -> None:
    row = rows[point].result()
    assert not row.problems, f"{row.request}: ended with {row.hurt}, then {row.again}\n" + "\n".join(row.problems)
