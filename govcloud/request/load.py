"""A request from its file, or every problem with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from govcloud.errors import InvalidInput, Place, Problem
from govcloud.request.check import check
from govcloud.request.decode import decode, in_order
from govcloud.request.model import Request
from govcloud.request.parse import read
from govcloud.request.references import references
from govcloud.request.source import Path_, Source, legible


@dataclass(frozen=True)
class Loaded:
    """A request and the file it came from."""

    path: Path
    request: Request
    source: Source

    @property
    def digest(self) -> str:
        """What the request says, as sha256: blanks, comments and the order of keys do not count."""
        text = self.request.model_dump_json(by_alias=True, exclude_unset=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def place_of(self, key: str) -> Place:
        """Where a key such as `flows[2].to` stands, or the nearest thing above it."""
        return self.source.place_of(key)

    def place(self, path: Path_) -> Place:
        """Where `path` stands in the file, or the nearest thing above it."""
        return self.source.place(path)


def request_of(source: Source) -> tuple[Request | None, list[Problem]]:
    """The request a source describes, or None where its form is wrong, and everything wrong with it."""
    request, problems = decode(source, Request)
    if request is None and any(problem.code == "input.wrong-kind" for problem in problems):
        return None, list(problems)  # a file of another kind is one problem, not fifty
    fitting = check(request, source) if request else []
    return request, in_order(source, (*problems, *references(source), *fitting))


def loaded_of(path: Path, source: Source) -> tuple[Loaded | None, list[Problem]]:
    """The same with the file it came from."""
    request, problems = request_of(source)
    return Loaded(path, request, source) if request else None, problems


def examine(path: Path) -> tuple[Loaded | None, list[Problem]]:
    """The request, or None, and everything wrong with it; never an exception for what the file holds."""
    return loaded_of(path, read(path, shown_as=shown(path)))


def load_request(path: Path) -> Loaded:
    """The request, or InvalidInput with every problem."""
    loaded, problems = examine(path)
    if loaded is None or problems:
        raise InvalidInput(problems)
    return loaded


def shown(path: Path) -> str:
    """The path as the person would type it from here, links as they are; a name cannot steer the terminal."""
    try:
        near = path.absolute().relative_to(Path.cwd())
    except ValueError:
        near = path
    return legible(str(near), 4096)
