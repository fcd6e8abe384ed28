"""No property without a row: whatever our programs set in the cloud is changed by a test, or shown to be fixed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from govcloud.cloud.read.live.compute import LOCK
from govcloud.cloud.read.live.foreign import FOREIGN
from govcloud.cloud.write.mend import MENDS
from govcloud.engine.steps import KINDS
from govcloud.plan.compare import PLUG, UNSET
from tests.cloud.drift.changes import CHANGES
from tests.cloud.drift.fixed import BEYOND_THE_DEVCLOUD, FIXED, OURS, Fixed
from tests.cloud.drift.lossy import GONE, LOSSY
from tests.cloud.drift.place import Place
from tests.cloud.drift.strays import ABSENT, STRAYS
from tests.cloud.drift.test_refused import OBSTACLES


def _rows() -> set[str]:
    """Kind and property of everything that a test changes."""
    changed = [row for one in (*CHANGES, *LOSSY) for row in ((one.what, one.property), *one.also)]
    changed += [(one.what, one.property) for one in OBSTACLES]
    return {f"{what.partition(' ')[0]}.{name}" for what, name in changed}


def _excused() -> set[str]:
    return {*OURS, *BEYOND_THE_DEVCLOUD, *map(str, FIXED)}


def _set(place: Place) -> Iterator[str]:
    """Kind and property of everything that our programs set in the cloud."""
    for one in place.held:
        yield from (f"{KINDS[one.type]}.{name}" for name in one.inputs)


def test_every_property_that_we_set_has_a_row(place: Place) -> None:
    excused = _excused()
    wanted = {one for one in _set(place) if one.partition(".")[2] not in excused}
    wanted = {one for one in wanted if f"{one.partition('.')[0]}.*" not in excused}
    assert wanted - _rows() - excused == set()


def test_no_row_excuses_what_nobody_sets(place: Place) -> None:
    known = set(_set(place))
    kinds = {one.partition(".")[0] for one in known}
    names = {one.partition(".")[2] for one in known}
    stale = {one for one in _excused() - known if one not in names}
    assert {one for one in stale if not (one.endswith(".*") and one.removesuffix(".*") in kinds)} == set()
    assert not _excused() & _rows()


def test_what_we_put_right_ourselves_has_a_row() -> None:
    words = {f"{KINDS[token]}.{name}" for token, name in MENDS}
    assert words - _rows() == set()


def test_what_nobody_here_sets_has_a_row() -> None:
    names = {row.partition(".")[2] for row in _rows()} | {str(one).partition(".")[2] for one in FIXED}
    assert set(UNSET) - names == set()
    assert PLUG in names


def test_every_kind_goes_missing_and_is_put_there_by_a_stranger() -> None:
    gone = {what.partition(" ")[0] for what, _ in GONE}
    # without its project nothing can be built at all
    assert set(KINDS.values()) - gone == {"project"}
    foreign = {kind for _, kind, _ in FOREIGN}
    assert {*KINDS.values(), *foreign, "member", LOCK} == {one.kind for one in STRAYS} | ABSENT.keys()


@pytest.mark.parametrize("fixed", FIXED, ids=str)
def test_what_is_fixed_is_refused_by_the_service(place: Place, fixed: Fixed) -> None:
    here = Place(place.shop, place.devcloud, place.path, place.tenancy, place.project)
    answer = fixed.ask(here)
    assert answer.status_code in fixed.codes, answer.text
