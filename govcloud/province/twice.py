"""One system in one environment has one request, and an id stands in one file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from govcloud.errors import Problem
from govcloud.province.repository import Repository
from govcloud.request.load import Loaded, examine, shown


class Neighbours:
    """The requests of a repository, each read when it is first needed."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._read: dict[Path, Loaded | None] = {}

    def twins(self, loaded: Loaded) -> Iterator[Problem]:
        """What other requests ask for too: those in the same folder that can be read, those of others that name its
        tenancy.
        """
        folder = loaded.path.resolve().parent
        if folder.parent != self._repository.root / "departments":
            return
        named = self._naming.get((loaded.request.tenancy or "").encode(), set())
        paths = sorted({*self._repository.requests(folder.name), *named})
        yield from _twice(loaded, filter(None, map(self._loaded, paths)))

    def _loaded(self, path: Path) -> Loaded | None:
        if path not in self._read:
            self._read[path] = examine(path)[0]
        return self._read[path]

    @cached_property
    def _naming(self) -> Mapping[bytes, set[Path]]:
        """What looks like a tenancy's id, and the requests it stands in: to read them all as YAML would take long."""
        found: dict[bytes, set[Path]] = defaultdict(set)
        for path in self._repository.requests():
            for id_ in _ids(path):
                found[id_].add(path)
        return found


def _ids(path: Path) -> Iterable[bytes]:
    try:
        return re.findall(rb"\bt-[0-9a-z]{6}\b", path.read_bytes())
    except OSError:
        return ()  # to be unreadable is a problem of its own


def _twice(loaded: Loaded, others: Iterable[Loaded]) -> Iterator[Problem]:
    """`others` may hold the request itself. A folder is a department's."""
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
