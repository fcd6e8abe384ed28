"""One system in one environment has one request, and an id stands in one file."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from govcloud.errors import Problem
from govcloud.province.repository import Repository
from govcloud.request.load import shown
from govcloud.request.parse import read
from govcloud.request.source import Source


@dataclass(frozen=True)
class _Asked:
    """What a file asks for, as far as it says so: what else is wrong with it must not hide that another asks too."""

    path: Path
    source: Source

    @property
    def folder(self) -> Path:
        """The folder it really lies in: its department's."""
        return self.file.parent

    @property
    def file(self) -> Path:
        """Where it really is; `Path.resolve` raises for a link that leads to itself."""
        return Path(os.path.realpath(self.path))

    @property
    def tenancy(self) -> str | None:
        """The id it writes."""
        return self.source.text(("tenancy",))

    def says(self, key: str) -> str | None:
        """What it says of its system."""
        return self.source.text(("system", key))

    @property
    def environment(self) -> str | None:
        """The environment it writes."""
        return self.source.text(("environment",))


class Neighbours:
    """The requests of a repository, each read when it is first needed."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._read: dict[Path, Source] = {}

    def twins(self, source: Source, path: Path) -> Iterator[Problem]:
        """What other requests ask for too: those in the same folder, and those of others that name its tenancy.

        Read from the files' nodes: whatever else is wrong with either, both ask for it.
        """
        mine = _Asked(path, source)
        if mine.folder.parent != self._repository.root / "departments":
            return
        named = self._naming.get((mine.tenancy or "").encode(), set())
        paths = sorted({*self._repository.requests(mine.folder.name), *named})
        yield from _twice(mine, (_Asked(other, self._source(other)) for other in paths))

    def _source(self, path: Path) -> Source:
        if path not in self._read:
            self._read[path] = read(path, shown_as=shown(path))
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


def _twice(mine: _Asked, others: Iterable[_Asked]) -> Iterator[Problem]:
    """`others` may hold the request itself. A folder is a department's."""
    for other in others:
        if other.file == mine.file:
            continue
        params = {"id": mine.tenancy, "other": shown(other.path)}
        if mine.tenancy and mine.tenancy == other.tenancy:
            code = "province.anothers-id" if other.folder != mine.folder else "province.same-id"
            yield Problem(code, params, mine.source.place(("tenancy",)), "tenancy")
        elif _same_system(mine, other):
            yield Problem("province.same-system", params, mine.source.place(("system", "name")), "system.name")


def _same_system(mine: _Asked, other: _Asked) -> bool:
    """In one department's folder; by its code where both have one, else by its name."""
    key = "code" if mine.says("code") and other.says("code") else "name"
    said = mine.folder, mine.environment, mine.says(key)
    return all(said) and said == (other.folder, other.environment, other.says(key))
