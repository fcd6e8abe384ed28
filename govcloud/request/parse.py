"""YAML text into nodes.

Only what a declaration needs is read: mappings, sequences and scalars. Tags, anchors and aliases are refused,
so is everything a hostile file could use to grow in memory. Scalars stay text: what `033000` or `22:30` means
is decided by the schema, never by YAML (an all-digit credit code would otherwise load as a number).
"""

from __future__ import annotations

import os
import re
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml
from yaml import events as ev

from govcloud.errors import Place, Problem
from govcloud.request.source import Entries, Items, Node, Scalar, Source, legible
from govcloud.request.syntax import LOADER, syntax_problem

STDIN: Final = Path("-")
BOM: Final = "\ufeff"
MAX_BYTES: Final = 1_048_576
MAX_DEPTH: Final = 32
MAX_NODES: Final = 50_000
MAX_PROBLEMS: Final = 200

# what no YAML may hold, and what ends a line for our parser and not for editors, who read a newer YAML
_STRANGE: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def read(path: Path, *, shown_as: str | None = None) -> Source:
    """Read a file; whatever is wrong with it is a problem in the result, never an exception.

    `shown_as` is the name used in messages (default: the path as given).
    """
    name = shown_as or str(path)
    start = Place(name, 1, 1)
    try:
        content = _content(path)
    except OSError as error:
        code = _UNREADABLE.get(type(error), "input.unreadable")
        return Source(name, None, (Problem(code, {"reason": error.strerror}, start),))
    if len(content) > MAX_BYTES:
        return Source(name, None, (Problem("input.too-big", {"limit": MAX_BYTES // 1024}, start),))
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        place = _place_after(name, content[: error.start].decode().removeprefix(BOM))
        return Source(name, None, (Problem("input.not-utf8", {}, place),))
    return parse(text.removeprefix(BOM), name)


_UNREADABLE: Final[dict[type[OSError], str]] = {
    FileNotFoundError: "input.no-such-file",
    IsADirectoryError: "input.not-a-file",
    PermissionError: "input.no-permission",
}


def _content(path: Path) -> bytes:
    """What stands in a regular file, up to a little too much; a pipe or a device would keep us waiting for ever.

    `-` is what is piped to us.
    """
    if path == STDIN:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise IsADirectoryError
        return stream.read(MAX_BYTES + 1)


def parse(text: str, name: str) -> Source:
    """Parse YAML text into nodes; `name` is the file's name in messages."""
    # looked for by us: libyaml counts bytes where it should say which character
    if strange := _STRANGE.search(text):
        return Source(name, None, (Problem("input.bad-character", {}, _place_after(name, text[: strange.start()])),))
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            if not builder.take(event):
                break
    except yaml.YAMLError as error:
        builder.problems.append(syntax_problem(name, text, error))
        return Source(name, None, tuple(builder.problems))
    if builder.root is None and not builder.problems:
        # whether a file may be empty is for its form to say
        builder.root = Scalar(Place(name, 1, 1), "", plain=True)
    return Source(name, builder.root, tuple(builder.problems[:MAX_PROBLEMS]))


def _place_after(name: str, text: str) -> Place:
    """The place of what comes after `text`, from the file's beginning."""
    lines = _LINE_END.split(text)
    return Place(name, len(lines), len(lines[-1]) + 1)


@dataclass
class _Open:
    """A collection that is still being read."""

    place: Place
    items: list[Node] | None
    opaque: bool
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    key: str | None = None
    duplicate: bool = False

    def close(self) -> Node:
        if self.items is not None:
            return Items(self.place, tuple(self.items), self.opaque)
        return Entries(self.place, self.entries, self.keys, self.opaque)


class _Builder:
    """Nodes from parser events, without recursion: a deep file cannot exhaust the stack."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stack: list[_Open] = []
        self._count = 0
        self._documents = 0
        self.root: Node | None = None
        self.problems: list[Problem] = []

    def take(self, event: yaml.Event) -> bool:
        """Take one event; False when reading on is pointless."""
        mark = event.start_mark
        assert mark is not None  # every event of a parsed text has one
        place = Place(self._name, mark.line + 1, mark.column + 1)
        if isinstance(event, ev.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                return self._stop("input.many-documents", place)
        if not isinstance(event, ev.NodeEvent):
            if isinstance(event, ev.CollectionEndEvent):
                self._put(self._stack.pop().close())
            return True
        self._count += 1
        if self._count > MAX_NODES:
            return self._stop("input.too-many", place, limit=MAX_NODES)
        self._refuse_tricks(event, place)
        return self._node(event, place)

    def _node(self, event: ev.NodeEvent, place: Place) -> bool:
        if isinstance(event, ev.AliasEvent):
            self._put(Scalar(place, f"*{event.anchor}", plain=False, opaque=True))
        elif isinstance(event, ev.ScalarEvent):
            plain = event.style is None or event.style == ""
            self._put(Scalar(place, event.value, plain, opaque=event.tag is not None))
        else:
            if len(self._stack) >= MAX_DEPTH:
                return self._stop("input.too-deep", place, limit=MAX_DEPTH)
            if self._wants_key():
                return self._stop("input.complex-key", place)
            items: list[Node] | None = [] if isinstance(event, ev.SequenceStartEvent) else None
            self._stack.append(_Open(place, items, opaque=getattr(event, "tag", None) is not None))
        return True

    def _refuse_tricks(self, event: ev.NodeEvent, place: Place) -> None:
        if event.anchor is not None:
            code = "input.alias" if isinstance(event, ev.AliasEvent) else "input.anchor"
            self.problems.append(Problem(code, {"name": event.anchor}, place))
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.problems.append(Problem("input.tag", {"tag": legible(tag)}, place))

    def _wants_key(self) -> bool:
        return bool(self._stack) and self._stack[-1].items is None and self._stack[-1].key is None

    def _put(self, node: Node) -> None:
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        if top.items is not None:
            top.items.append(node)
        elif top.key is None and isinstance(node, Scalar):
            top.key, top.duplicate = node.text, node.text in top.entries
            if top.duplicate:
                first = top.keys[node.text].line
                key = legible(node.text)
                self.problems.append(Problem("input.duplicate-key", {"key": key, "line": first}, node.place))
            else:
                top.keys[node.text] = node.place
        elif top.key is not None:
            if not top.duplicate:
                top.entries[top.key] = node
            top.key = None

    def _stop(self, code: str, place: Place, **params: object) -> bool:
        self.problems.append(Problem(code, params, place))
        self.root = None
        return False
