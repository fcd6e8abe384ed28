"""What a new request must say, asked for only where environment, level, data or zone make it necessary."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from govcloud.request.source import Path_

# a request as plain data while it grows: every scalar is text, short forms are written out
Data = Mapping[str, Any]
Condition = Callable[[Data], bool]
SERVER: Final = "web"


def at(draft: Data, *path: str) -> Any:
    """What stands at a path, or None."""
    found: Any = draft
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def level(draft: Data) -> int:
    """The protection level as a number, 0 while none is stated."""
    return max((int(digit) for digit in re.findall(r"[1-5]", str(at(draft, "system", "mlps", "level")))), default=0)


def _always(draft: Data) -> bool:
    del draft
    return True


def _reported(draft: Data) -> bool:
    """GC-LVL-001: in production, from level 2 on."""
    return draft.get("environment") == "production" and level(draft) >= 2


def _never(draft: Data) -> bool:
    """What no rule in force demands is taken from options, and asked of nobody."""
    del draft
    return False


def _facing(draft: Data) -> bool:
    """Who takes a place in the internet zone faces the internet."""
    zones = [network.get("zone") or draft.get("zone") for network in (at(draft, "iaas", "networks") or {}).values()]
    return "internet" in (zones or [draft.get("zone")])


def _important(draft: Data) -> bool:
    """GC-DAT-002: important data lies on a volume, which is encrypted, and is kept twice."""
    return any(dataset.get("grade") != "general" for dataset in (draft.get("data") or {}).values())


@dataclass(frozen=True)
class Question:
    """One thing to be said: `name` is its option and its sentence, `path` its key, whose type and meaning it has.

    It is asked where it is `needed` and nothing stands at `group` yet (by default its own path). `fresh` is asked anew
    where another request is the pattern.
    """

    name: str
    path: Path_
    needed: Condition = _always
    default: str = ""
    group: Path_ = ()
    fresh: bool = False


_PEOPLE: Final = ("owner", "technical", "security", "system_admin", "security_admin", "auditor")
_REPORT: Final = ("attestations", "grading_report")
_BUILT: Final = ("iaas", "servers")
_OPENED: Final = ("flows", 0)

QUESTIONS: Final = (
    Question("department", ("department",)),
    Question("environment", ("environment",), fresh=True),
    Question("name", ("system", "name"), fresh=True),
    Question("slug", (), fresh=True),
    Question("purpose", ("system", "purpose")),
    Question("mlps", ("system", "mlps", "level")),
    Question("classified", ("system", "classified")),
    Question("data", ("data", "data", "grade"), group=("data",)),
    Question("zone", ("zone",), default="common"),
    Question("until", ("until",), fresh=True),
    Question("count", (*_BUILT, SERVER, "count"), default="1", group=_BUILT),
    Question("cpu", (*_BUILT, SERVER, "cpu"), default="2", group=_BUILT),
    Question("memory", (*_BUILT, SERVER, "memory"), default="4GiB", group=_BUILT),
    Question("os", (*_BUILT, SERVER, "os"), group=_BUILT),
    Question("volume", (*_BUILT, SERVER, "volumes", "data", "size"), _important, "100GiB", group=_BUILT),
    *(Question(f"report-{key}", (*_REPORT, key), _reported, group=_REPORT) for key in ("no", "date", "result", "by")),
    Question("filing", ("system", "mlps", "filing"), _never),
    Question("filing-due", ("system", "mlps", "filing_due"), _never),
    *(Question(role.replace("_", "-"), ("people", role), _never) for role in _PEOPLE),
    Question("ports", (*_OPENED, "ports", 0), _facing, "443/tcp", group=("flows",)),
    Question("reason", (*_OPENED, "reason"), _facing, group=("flows",)),
    Question("backup", ("backup", "policy"), _important, "daily-30d"),
)
