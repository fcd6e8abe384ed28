"""Hurt at any moment, a command that is run again ends in the declared state: fourteen points, victims in turn.

`make chaos` goes through all of them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cloud.chaos.lives import Life, Rows, live, open_stage
from tests.cloud.chaos.place import open_place
from tests.cloud.chaos.point import Point, declared
from tests.cloud.conftest import Devcloud

# how many are at work at once
LANES = 4
# every victim once, and both clients; a request that hangs takes longest, so it comes first
LIVES = (
    Life(Point("apply", 3, "hang", "sdk"), Point("destroy", 5, "delay")),
    Life(Point("apply", 13, "cut-after", "provider"), Point("destroy", 2, "kill-all")),
    Life(Point("apply", 2, "kill-all-unanswered"), Point("destroy", 18, "cut-before")),
    Life(Point("apply", 30, "kill-command"), Point("destroy", 20, "503")),
    Life(Point("apply", 16, "kill-provider-unanswered"), Point("destroy", 15, "ctrl-c")),
    # the last thing that goes is the department's domain, and the engine never hears of it
    Life(Point("apply", 6, "500", "sdk"), Point("destroy", 8, "kill-engine", service="keystone")),
    Life(Point("apply", 26, "expired-token", "provider"), Point("destroy", 9, "429")),
)


@pytest.fixture(scope="module")
def rows(devcloud: Devcloud) -> Rows:
    """What happened at each point, several at once; a test takes its own.

    All lives end in here: pytest sets the filters of warnings anew between two tests, and a thread that calls
    openstacksdk in that moment would have its warnings raised as errors.
    """
    ways = [devcloud.connect() for _ in range(LANES)]
    with open_place(devcloud, ways[0]) as place:
        wanted = declared(place, "peace")
    with ThreadPoolExecutor(LANES) as pool:
        return live(open_stage(devcloud, pool, ways, wanted), LIVES)


@pytest.mark.parametrize("point", [point for life in LIVES for point in life.points], ids=str)
def test_run_again_it_ends_in_the_declared_state(rows: Rows, point: Point) -> None:
    row = rows[point].result()
    assert not row.problems, f"{row.request}: ended with {row.hurt}, then {row.again}\n" + "\n".join(row.problems)


def test_both_clients_are_hurt(rows: Rows) -> None:
    assert {row.result().request.partition(" ")[0] for row in rows.values()} == {"sdk", "provider"}
