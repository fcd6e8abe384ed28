"""One system in one environment has one request, and an id stands in one file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from govcloud.errors import Problem
from govcloud.request.load import Loaded, shown


def twice(loaded: Loaded, others: Iterable[Loaded]) -> Iterator[Problem]:
    """What other requests ask for too; `others` may hold the request itself. A folder is a department's."""
    mine = loaded.request
    for other in others:
        if other.path.resolve() == loaded.path.resolve():
            continue
        params = {"id": mine.tenancy, "other": shown(other.path)}
        if mine.tenancy and mine.tenancy == other.request.tenancy:
            theirs = other.path.resolve().parent != loaded.path.resolve().parent
            code = "province.anothers-id" if theirs else "province.same-id"
            yield Problem(code, params, loaded.place(("tenancy",)), "tenancy")
        elif _same_system(loaded, other):
            yield Problem("province.same-system", params, loaded.place(("system", "name")), "system.name")


def _same_system(one: Loaded, other: Loaded) -> bool:
    """By its code where both have one, else by its name."""
    mine, theirs = one.request, other.request
    both = mine.system.code is not None and theirs.system.code is not None
    same = mine.system.code == theirs.system.code if both else mine.system.name == theirs.system.name
    return same and mine.environment == theirs.environment and mine.department == theirs.department
