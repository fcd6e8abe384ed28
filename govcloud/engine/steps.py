"""What the engine would do or does, one step for each resource."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pulumi.automation.events import StepEventMetadata

# type token -> the word people use; anything else is shown by its last part
KINDS: Final[Mapping[str, str]] = {
    "openstack:identity/project:Project": "project",
    "openstack:identity/groupV3:GroupV3": "user-group",
    "openstack:identity/roleAssignment:RoleAssignment": "role",
    "openstack:networking/network:Network": "network",
    "openstack:networking/subnet:Subnet": "subnet",
    "openstack:networking/router:Router": "router",
    "openstack:networking/routerInterface:RouterInterface": "router-leg",
    "openstack:networking/rbacPolicyV2:RbacPolicyV2": "share",
    "openstack:networking/secGroup:SecGroup": "security-group",
    "openstack:networking/secGroupRule:SecGroupRule": "rule",
    "openstack:networking/port:Port": "port",
    "openstack:networking/floatingIp:FloatingIp": "floating-ip",
    "openstack:compute/serverGroup:ServerGroup": "anti-affinity",
    "openstack:compute/instance:Instance": "server",
    "openstack:compute/volumeAttach:VolumeAttach": "attachment",
    "openstack:blockstorage/volume:Volume": "volume",
}
# what the engine keeps for itself, or what only groups others
_SCAFFOLDING: Final = ("pulumi:", "govcloud:")
# what the engine says of a value that is known only when something else was made
_UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_QUIET: Final = ("same", "read", "refresh")


@dataclass(frozen=True)
class Change:
    """One property that changes, as JSON text; secrets never come in clear."""

    path: str
    before: str
    after: str
    replaces: bool = False


@dataclass(frozen=True)
class Step:
    """What happens to one resource: `op` is create, update, delete or replace."""

    stack: str
    op: str
    type: str
    name: str
    urn: str
    changes: tuple[Change, ...] = ()
    id: str = ""

    @property
    def kind(self) -> str:
        """The word people use for the resource's type."""
        return KINDS.get(self.type, self.type.rpartition(":")[2])

    @property
    def label(self) -> str:
        """Kind and name, as in `server web-1`."""
        return f"{self.kind} {self.name}"

    @property
    def scaffolding(self) -> bool:
        """True for components, providers and the stack itself: nothing in the cloud."""
        return self.type.startswith(_SCAFFOLDING)


def step(stack: str, metadata: StepEventMetadata) -> Step | None:
    """The step an engine event tells of, or None where nothing happens."""
    op = _op(metadata.op.value)
    if op is None:
        return None
    old_id = metadata.old.id if metadata.old else ""
    return Step(
        stack, op, metadata.type, name_of(metadata.urn), metadata.urn, tuple(_changes(metadata)), str(old_id or "")
    )


def leaving(stack: str, metadata: StepEventMetadata, steps: Iterable[Step]) -> Step | None:
    """The step that deletes what an earlier update replaced and did not come to delete; `steps` are those told before.

    What this update replaces is told already: before it is deleted, or it is not yet marked for that.
    """
    old = metadata.old
    if metadata.op.value != "delete-replaced" or old is None or not old.delete:
        return None
    if any(one.op == "replace" and (one.urn, one.id) == (metadata.urn, old.id) for one in steps):
        return None
    return Step(stack, "delete", metadata.type, name_of(metadata.urn), metadata.urn, id=str(old.id or ""))


def name_of(urn: str) -> str:
    """The resource's name without the kind our logical names begin with: `server/web-1` is `web-1`."""
    logical = urn.rpartition("::")[2]
    return logical.partition("/")[2] or logical


def _op(op: str) -> str | None:
    """A replacement comes as three steps; the one named replace stands for all."""
    if op in _QUIET or op in {"create-replacement", "delete-replaced", "discard-replaced", "remove-pending-replace"}:
        return None
    return {"discard": "delete", "read-discard": "delete", "read-replacement": "replace"}.get(op, op)


def _changes(metadata: StepEventMetadata) -> Iterable[Change]:
    old = metadata.old.inputs if metadata.old else {}
    new = metadata.new.inputs if metadata.new else {}
    if metadata.detailed_diff:
        for path, diff in sorted(metadata.detailed_diff.items()):
            kind = str(getattr(diff.diff_kind, "value", diff.diff_kind))
            yield Change(path, _value(old, path), _value(new, path), kind.endswith("-replace"))
    else:
        replacing = set(metadata.keys or ())
        for path in sorted(metadata.diffs or ()):
            yield Change(path, _value(old, path), _value(new, path), path in replacing)


def _value(values: Mapping[str, Any] | None, path: str) -> str:
    """The JSON of the value at a property path such as `fixedIps[0].ipAddress`; empty where there is none.

    A question mark where it is known later.
    """
    found: Any = values or {}
    for name, index in re.findall(r"([^.\[\]]+)|\[\"?([^\]\"]+)\"?\]", path):
        key: Any = name or (int(index) if index.isdigit() and isinstance(found, list) else index)
        try:
            found = found[key]
        except (KeyError, IndexError, TypeError):
            return ""
    return "?" if found == _UNKNOWN else json.dumps(found, ensure_ascii=False, sort_keys=True)
