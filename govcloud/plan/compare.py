"""What was applied, held against what is: changed, missing, unmanaged. Pure.

The engine's own refresh sees less: rules added to a group of ours, routes, address pairs, roles and sharing rules that
somebody added are no resources of ours and so no business of its. Here everything in a tenancy's projects is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from govcloud.cloud.read.live import Attributes, Live
from govcloud.engine.state import Held, State
from govcloud.engine.steps import KINDS, name_of

# what nobody here sets, with the value it has while nobody else does either
UNSET: Final[Mapping[str, Any]] = {
    "routes": [],
    "hostRoutes": [],
    "allowedAddressPairs": [],
    "keyPair": None,
    "stateful": True,
    "enabled": True,
}
# kinds whose order is no matter of theirs
UNORDERED: Final = frozenset({"tags", "securityGroupIds", "dnsNameservers"})
INSTANCE: Final = "openstack:compute/instance:Instance"
VOLUME: Final = "openstack:blockstorage/volume:Volume"
ATTACHMENT: Final = "openstack:compute/volumeAttach:VolumeAttach"
PORT: Final = "openstack:networking/port:Port"
SERVER_GROUP: Final = "openstack:compute/serverGroup:ServerGroup"
GROUP: Final = "openstack:networking/secGroup:SecGroup"


@dataclass(frozen=True, order=True)
class Difference:
    """One thing that differs: `what` is its kind and name; a change names the property, what was applied, what is.

    Something unmanaged has its type token and id, when it came into being where its service says so, and its name and
    tags as a `mark` of whose it is.
    """

    how: Literal["changed", "missing", "unmanaged"]
    what: str
    property: str = ""
    applied: str = ""
    found: str = ""
    token: str = ""
    id: str = ""
    born: str = ""
    mark: str = ""


def compare(states: Iterable[State], live: Live, texts: Mapping[str, str]) -> list[Difference]:
    """Everything that differs, sorted; `texts` are the sha256 of each machine's user-data by its name."""
    held = [one for state in states for one in state.resources if one.in_cloud]
    return sorted(
        [
            *(difference for one in held for difference in _against(one, live, texts)),
            *_unmanaged(held, live),
        ]
    )


def _label(one: Held) -> str:
    return f"{KINDS.get(one.type, one.type)} {name_of(one.urn)}"


def _against(one: Held, live: Live, texts: Mapping[str, str]) -> Iterator[Difference]:
    if one.type == ATTACHMENT:
        yield from _attachment(one, live)
        return
    found = live.get(one.type, {}).get(one.id)
    if found is None:
        yield Difference("missing", _label(one))
        return
    for name, applied, now in (*_properties(one, found, texts), *_ties(one, live)):
        if not _same(name, applied, now):
            yield Difference("changed", _label(one), name, _text(applied), _text(now))


def _properties(one: Held, found: Attributes, texts: Mapping[str, str]) -> Iterator[tuple[str, Any, Any]]:
    """Name, value as applied and value as found, of everything that can be compared."""
    for name, applied in one.inputs.items():
        if name in found:
            yield name, applied, found[name]
    for name, value in UNSET.items():
        if name in found and name not in one.inputs:
            yield name, value, found[name]
    if one.type == INSTANCE:
        yield "status", "ACTIVE", found["status"]
        yield "userDataDigest", texts.get(name_of(one.urn)), found["userDataDigest"]
    if one.type == VOLUME:
        yield "status", "in-use", found["status"]


def _ties(one: Held, live: Live) -> Iterator[tuple[str, Any, Any]]:
    """What a machine is tied to: the ports it is plugged into, the group that keeps it apart."""
    if one.type != INSTANCE:
        return
    for network in one.inputs.get("networks") or ():
        port = live.get(PORT, {}).get(str(network.get("port")))
        yield "networks", one.id, port["device"] if port else None
    for hint in one.inputs.get("schedulerHints") or ():
        group = live.get(SERVER_GROUP, {}).get(str(hint.get("group")))
        yield "schedulerHints", True, bool(group and one.id in group["members"])


def _attachment(one: Held, live: Live) -> Iterator[Difference]:
    """An attachment is no resource of its own in any list: its volume says where it hangs."""
    volume = live.get(VOLUME, {}).get(str(one.inputs.get("volumeId")))
    if volume is None or one.inputs.get("instanceId") not in volume["attachedTo"]:
        yield Difference("missing", _label(one))


def _unmanaged(held: list[Held], live: Live) -> Iterator[Difference]:
    known = {(one.type, one.id) for one in held}
    names = {one.id: name_of(one.urn) for one in held}
    default = {id_ for id_, group in live.get(GROUP, {}).items() if group["name"] == "default"}
    for token, resources in live.items():
        for id_, found in resources.items():
            if (token, id_) in known or id_ in default:
                # Neutron makes the default group by itself; it matters only when somebody put a rule into it
                continue
            what = f"{KINDS.get(token, token)} {_called(id_, found, names)}"
            mark = " ".join([str(found.get("name", "")), *found.get("tags", ())])
            yield Difference("unmanaged", what, token=token, id=id_, born=found.get("createdAt", ""), mark=mark)
    attached = {(one.inputs.get("volumeId"), one.inputs.get("instanceId")) for one in held if one.type == ATTACHMENT}
    for volume, found in live.get(VOLUME, {}).items():
        for server in found["attachedTo"]:
            if (volume, server) not in attached and (VOLUME, volume) in known:
                what = f"attachment {names.get(volume, volume)}"
                yield Difference("unmanaged", what, token=ATTACHMENT, id=f"{server}/{volume}")


def _called(id_: str, found: Attributes, names: Mapping[str, str]) -> str:
    """A name people recognise, for what has one; a rule is told by its group and content."""
    if "securityGroupId" in found:
        group = names.get(found["securityGroupId"], found["securityGroupId"])
        ports = "" if found["portRangeMin"] is None else f" {found['portRangeMin']}-{found['portRangeMax']}"
        remote = found["remoteIpPrefix"] or found["remoteGroupId"] or "*"
        return f"{group}/{found['direction']}/{found['protocol'] or '*'}{ports}/{remote}"
    return str(found.get("name") or id_)


def _same(name: str, applied: Any, now: Any) -> bool:
    if isinstance(applied, Mapping) and "ciphertext" in applied:
        return True
    if name in UNORDERED:
        return sorted(map(str, applied or ())) == sorted(map(str, now or ()))
    if isinstance(applied, list) and isinstance(now, list):
        return sorted(map(_text, applied)) == sorted(map(_text, now))
    if isinstance(applied, Mapping) and isinstance(now, Mapping):
        return _plain(applied) == _plain(now)
    return (applied or None) == (now or None) or str(applied) == str(now)


def _plain(values: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items() if key != "__defaults"}


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={inner}" for key, inner in sorted(_plain(value).items()))
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)
