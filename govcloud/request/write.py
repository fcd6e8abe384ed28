"""Plain data as the YAML that people write: text as plain as it may stand, short groups on one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import yaml
from yaml import events as ev

Plain = str | Sequence["Plain"] | Mapping[str, "Plain"]
SHORT: Final = 100  # characters of a group that stands on one line
# plain, these would be read as nothing, by us and by every other reader
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


def write(data: Mapping[str, Plain]) -> str:
    """YAML of `data`; reading it gives the same text in every scalar, whatever stands in it."""
    text: str = yaml.emit(_document(data), Dumper=yaml.SafeDumper, allow_unicode=True, width=1_000_000)
    return text


def _document(data: Plain) -> Iterator[yaml.Event]:
    yield ev.StreamStartEvent()
    yield ev.DocumentStartEvent(explicit=False)
    yield from _events(data, top=True)
    yield ev.DocumentEndEvent(explicit=False)
    yield ev.StreamEndEvent()


def _events(data: Plain, *, top: bool = False) -> Iterator[yaml.Event]:
    if isinstance(data, str):
        # quoted, a line break or a blank of another kind is escaped; anything else is quoted where YAML needs it
        style = '"' if data in _NULLS or not data.isprintable() else None
        yield ev.ScalarEvent(None, None, (True, True), data, style=style)
    elif isinstance(data, Mapping):
        yield ev.MappingStartEvent(None, None, implicit=True, flow_style=not top and _is_short(data))
        for key, value in data.items():
            yield from _events(key)
            yield from _events(value)
        yield ev.MappingEndEvent()
    else:
        yield ev.SequenceStartEvent(None, None, implicit=True, flow_style=_is_short(data))
        for item in data:
            yield from _events(item)
        yield ev.SequenceEndEvent()


def _is_short(data: Plain) -> bool:
    """A group of texts, or of lists of texts, that fits on a line."""
    values = data.values() if isinstance(data, Mapping) else data
    flat = all(isinstance(v, str) or (isinstance(v, Sequence) and all(isinstance(i, str) for i in v)) for v in values)
    return flat and len(str(data)) <= SHORT
