"""A stack's state as the backend holds it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from govcloud.engine.engine import PROJECT, Engine

STACK_TYPE: Final = "pulumi:pulumi:Stack"
# what a state may say of resources beside what every one says
KNOWN: Final = frozenset({"replaceWith"})


@dataclass(frozen=True)
class Held:
    """One resource of the state: `inputs` are the properties our program set, `outputs` what the provider has of it.

    It is `half_done` where the last operation on it failed: its outputs tell then what it should have become, and the
    engine takes that for granted. `born` is when the engine made it, in ISO 8601; empty where it does not say.
    """

    urn: str
    type: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    half_done: bool = False
    born: str = ""

    @property
    def in_cloud(self) -> bool:
        """Is there something in the cloud behind it?"""
        return self.type.startswith("openstack:")


@dataclass(frozen=True)
class State:
    """A stack's resources and outputs; `pending` are the urns of operations that were cut off.

    `leaving` was replaced by an update that was cut off before it deleted it: the next one does, whatever it is for.
    `exported` is all of it in the engine's own words.
    """

    resources: tuple[Held, ...]
    outputs: Mapping[str, str]
    pending: tuple[str, ...]
    exists: bool = True
    leaving: tuple[Held, ...] = ()
    exported: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def digest(self) -> str:
        """sha256 over urn, id and set properties: what a plan starts from, free of times and computed values."""
        rows = sorted((r.urn, r.id, json.dumps(r.inputs, sort_keys=True)) for r in self.resources if r.in_cloud)
        rows += sorted((r.urn, r.id, "leaving") for r in self.leaving if r.in_cloud)
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


NOTHING: Final = State((), {}, (), exists=False)


def empty(stack: str) -> bytes:
    """A stack with nothing in it, as a backend keeps it; the first update writes down how its secrets are kept."""
    return json.dumps({"version": 3, "checkpoint": {"stack": f"organization/{PROJECT}/{stack}"}}).encode()


def kept(content: bytes) -> Mapping[str, Any] | None:
    """What `pulumi stack export` would print of a stack that a backend keeps like this; None where only it can tell.

    The engine has two forms for years now, the second with a list of what else is said of resources; a test holds
    each against what it prints.
    """
    try:
        document = json.loads(content)
    except ValueError:
        return None
    match document:
        case {"version": 3 | 4, "checkpoint": {"latest": {"resources": [*_]} as latest}}:
            pass
        case {"version": 3 | 4, "checkpoint": {"latest": {"manifest": {}} as latest}} if "resources" not in latest:
            pass  # one that an engine just made
        case {"version": 3 | 4, "checkpoint": {"stack": str(), **rest}} if not rest:
            latest = None  # and one that we did
        case _:
            return None
    form = {name: document[name] for name in ("version", "features") if name in document}
    return {**form, "deployment": latest} if KNOWN.issuperset(form.get("features", ())) else None


def at_hand(engine: Engine, stack: str) -> State | None:
    """What a stack holds, where that is known without starting an engine; None where only one can tell."""
    if not engine.begun():
        return NOTHING
    found = kept(engine.fetch(stack) or b"")
    return read_state(found) if found else None


def read_state(deployment: Mapping[str, Any]) -> State:
    """The state in what `pulumi stack export` prints."""
    content: Mapping[str, Any] = deployment.get("deployment") or {}
    rows: Sequence[Mapping[str, Any]] = content.get("resources") or ()
    outputs = next((row.get("outputs") or {} for row in rows if row["type"] == STACK_TYPE), {})
    held, leaving = (tuple(_held(row) for row in rows if bool(row.get("delete")) is gone) for gone in (False, True))
    pending = tuple(str(row["resource"]["urn"]) for row in content.get("pending_operations") or ())
    symbols = {key: str(value) for key, value in outputs.items()}
    return State(held, symbols, pending, leaving=leaving, exported=deployment)


def _held(row: Mapping[str, Any]) -> Held:
    inputs, outputs = row.get("inputs") or {}, row.get("outputs") or {}
    half_done, born = bool(row.get("initErrors")), str(row.get("created") or "")
    return Held(row["urn"], row["type"], row.get("id", ""), inputs, outputs, half_done, born)
