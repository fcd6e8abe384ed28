"""A file as a tree of nodes that know where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from govcloud.errors import Place, Problem

Path_ = tuple[str | int, ...]
MERGE: Final = "<<"  # YAML's key that brings the keys of another mapping; nobody may merge here
SHOWN: Final = 80  # characters of somebody's text that a message repeats


@dataclass(frozen=True)
class Scalar:
    """Text as written; `plain` when it stood without quotes.

    Of every node: it is `opaque` where a tag or a reference keeps us from saying what it is.
    """

    place: Place
    text: str
    plain: bool
    opaque: bool = False

    @property
    def empty(self) -> bool:
        """Nothing was written, or YAML's null."""
        return self.plain and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True)
class Items:
    """A sequence."""

    place: Place
    items: Sequence[Node]
    opaque: bool = False


@dataclass(frozen=True)
class Entries:
    """A mapping; every key with the place of the key itself."""

    place: Place
    entries: Mapping[str, Node]
    keys: Mapping[str, Place]
    opaque: bool = False


Node = Scalar | Items | Entries


@dataclass(frozen=True)
class Source:
    """A file read: its nodes, or none, and what was wrong with its form."""

    file: str
    root: Node | None
    problems: Sequence[Problem] = field(default=())

    def node(self, path: Path_) -> Node | None:
        """The node at `path`, or None."""
        found = self.root
        for step in path:
            if isinstance(found, Entries):
                found = found.entries.get(str(step))
            elif isinstance(found, Items) and isinstance(step, int) and step < len(found.items):
                found = found.items[step]
            else:
                return None
        return found

    def text(self, path: Path_) -> str | None:
        """The text that stands at `path`, or None where none does."""
        found = self.node(path)
        return found.text if isinstance(found, Scalar) and not found.empty and not found.opaque else None

    def names(self, path: Path_) -> tuple[str, ...]:
        """The keys of the mapping at `path`; none where there is no mapping."""
        found = self.node(path)
        return tuple(found.entries) if isinstance(found, Entries) else ()

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """Where `path` stands, or the nearest thing above it; with `key`, where its key stands."""
        if key and path:
            parent = self.node(path[:-1])
            if isinstance(parent, Entries) and path[-1] in parent.keys:
                return parent.keys[str(path[-1])]
        for length in range(len(path), -1, -1):
            node = self.node(path[:length])
            if node is not None:
                return node.place
        return Place(self.file, 1, 1)

    def place_of(self, key: str) -> Place:
        """Where a key such as `flows[2].to` stands, or the nearest thing above it."""
        steps = re.findall(r"([^.\[\]]+)|\[(\d+)\]", key)
        return self.place(tuple(name or int(index) for name, index in steps))


def legible(text: str, limit: int = SHOWN) -> str:
    """Somebody's text as a message may repeat it: one line of sane length, nothing that steers a terminal."""
    cut = text if len(text) <= limit else f"{text[:limit]}…"
    # what has no glyph is shown as its escape: a line break, ESC, a zero-width space, half a surrogate pair
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut) or '""'


def plain(node: Node) -> object:
    """The node as plain Python data; every scalar is text."""
    match node:
        case Scalar(text=text):
            return text
        case Items(items=items):
            return [plain(item) for item in items]
        case Entries(entries=entries):
            return {key: plain(value) for key, value in entries.items()}


def walk(node: Node, path: Path_ = ()) -> Iterator[tuple[Path_, Node]]:
    """Every node below `node`, itself first, with its path."""
    yield path, node
    if isinstance(node, Entries):
        for key, value in node.entries.items():
            yield from walk(value, (*path, key))
    elif isinstance(node, Items):
        for index, value in enumerate(node.items):
            yield from walk(value, (*path, index))
