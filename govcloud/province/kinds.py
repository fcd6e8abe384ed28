"""The kinds of files people write, and every key that may stand in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from govcloud.errors import UsageError
from govcloud.province.department import Department
from govcloud.province.model import Province
from govcloud.province.repository import WAIVERS_FILE
from govcloud.province.site import Site
from govcloud.province.waivers import Waivers
from govcloud.request.fields import Spot, walk
from govcloud.request.model import Request
from govcloud.request.schema import json_schema
from govcloud.request.source import Source
from govcloud.text import next_step, say

KINDS: Final[Mapping[str, type[BaseModel]]] = {
    "request": Request,
    "province": Province,
    "site": Site,
    "department": Department,
    "waivers": Waivers,
}


@dataclass(frozen=True)
class Key:
    """A key of one kind of file: `path` has `*` where the writer chooses a name, `#` where he counts."""

    kind: str
    path: tuple[str, ...]
    spot: Spot

    @property
    def name(self) -> str:
        """The key as people write it: iaas.servers.<name>.cpu, flows[n].to."""
        steps = ({"*": ".<name>", "#": "[n]"}.get(step, f".{step}") for step in self.path)
        return "".join(steps).removeprefix(".")

    @property
    def short(self) -> str:
        """The key without the names that the writer chooses: iaas.servers.cpu, flows.to."""
        return ".".join(step for step in self.path if step not in "*#")

    @property
    def sentence(self) -> str:
        """The id of the sentence that explains it."""
        return f"keys.{self.form}.{self.path[-1]}"

    @property
    def form(self) -> str:
        """The name of the form it belongs to."""
        assert self.spot.owner is not None  # only keys of forms are walked
        return self.spot.owner.__name__

    def matches(self, topic: str) -> bool:
        """Does a topic mean this key? The names that the writer chooses may be left out of it."""
        name = "(?:[^.]+(?:[.][0-9][^.]*)?[.])?"  # a version number in it, as in openeuler-24.03
        free = {"*": name, "#": "(?:[0-9n]+[.])?"}
        steps = [free.get(step, f"{re.escape(step)}[.]") for step in self.path]
        own_name = name if self.spot.is_collection else ""
        return re.fullmatch("".join(steps) + own_name, f"{topic}.", re.IGNORECASE) is not None


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of file, its words in the language spoken."""
    if kind not in KINDS:
        raise UsageError("explain.unknown-kind", kind=kind, known=", ".join(KINDS))
    made = json_schema(KINDS[kind], say(f"explain.kind.{kind}"), lambda name: say(f"keys.{name}"), next_step)
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def operators_form(source: Source) -> type[BaseModel] | None:
    """The form of a file of the operator's, by what it says it is; None for what is to be a request.

    A list says nothing of itself, and goes by its file's name.
    """
    if Path(source.file).name == WAIVERS_FILE:
        return Waivers
    kind = source.text(("kind",))
    return next((form for form in (Province, Site, Department) if form.__name__ == kind), None)


@cache
def every_key(kind: str) -> tuple[Key, ...]:
    """All keys of a kind of file, depth first."""
    return tuple(Key(kind, path, spot) for path, spot in walk(KINDS[kind]))


def find_keys(topic: str) -> list[Key]:
    """The keys a topic means, one of each kind at most: `iaas.servers.web.cpu`, `flows[2].to`, `Site.zones`."""
    wanted = re.sub(r"[\[.]+", ".", topic).replace("]", "").strip(".")
    first, _, rest = wanted.partition(".")
    kind = first.lower().removeprefix("tenancy")
    if kind in KINDS and rest:
        return _of_kind(kind, rest)
    return [key for kind in KINDS for key in _of_kind(kind, wanted)]


def _of_kind(kind: str, topic: str) -> list[Key]:
    found = [key for key in every_key(kind) if key.matches(topic)]
    # `iaas.servers.cpu` is the key of every server before it is a server called cpu
    return [max(found, key=lambda key: len(key.path))] if found else []
