"""A canary: a secret's value that can be nothing else, and the shapes in which it might come out."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, quote_plus


@dataclass(frozen=True)
class Canary:
    """A secret under the name of its slot."""

    slot: str
    value: str = field(repr=False)

    @cached_property
    def shapes(self) -> Mapping[str, tuple[bytes, ...]]:
        """How it looks raw, URL-encoded, in hex, and in base64 wherever in a longer text it stands."""
        raw = self.value.encode()
        url = {quote(self.value, safe=""), quote(self.value), quote_plus(self.value)} - {self.value}
        return {
            "raw": (raw,),
            "url": tuple(one.encode() for text in url for one in (text, re.sub("%..", lambda m: m[0].lower(), text))),
            "hex": (raw.hex().encode(), raw.hex().upper().encode()),
            **{f"base64+{shift}": tuple(_base64(raw, shift)) for shift in range(3)},
        }

    def shapes_in(self, content: bytes) -> Iterator[str]:
        """The names of the shapes in which it stands there."""
        for name, needles in self.shapes.items():
            if any(needle in content for needle in needles):
                yield name


def _base64(raw: bytes, shift: int) -> Iterator[bytes]:
    """What is common to every base64 of a text that has `raw` at an offset of 3n + `shift`: in both alphabets."""
    text = base64.b64encode(b"\0" * shift + raw)
    # the first and the last letters hold bits of the neighbours too
    first = {0: 0, 1: 2, 2: 3}[shift]
    last = len(text) if (shift + len(raw)) % 3 == 0 else len(text.rstrip(b"=")) - 1
    kept = text[first:last]
    yield kept
    yield kept.translate(bytes.maketrans(b"+/", b"-_"))


def fresh(slot: str, *, marks: str = "") -> Canary:
    """A new canary; `marks` are signs it must contain, such as those that addresses escape."""
    return Canary(slot, f"canary-{secrets.token_hex(12)}{marks}")


Contents = Iterable[tuple[str, bytes]]


def found(canaries: Iterable[Canary], contents: Contents) -> dict[str, set[str]]:
    """Where which canary stands, and how: `slot` -> `place (shape)`."""
    told: dict[str, set[str]] = {}
    listed = list(canaries)
    for place, content in contents:
        for canary in listed:
            for shape in canary.shapes_in(content):
                told.setdefault(canary.slot, set()).add(f"{place} ({shape})")
    return told


def files(*roots: Path) -> Iterator[tuple[str, bytes]]:
    """Every file that is, or is below, the roots by its path: its name counts too."""
    for root in roots:
        assert root.exists(), root
        for file in (root, *sorted(root.rglob("*"))):
            yield str(file), str(file).encode()
            if file.is_file() and not file.is_symlink():
                yield str(file), file.read_bytes()
