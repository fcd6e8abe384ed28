"""What was applied, held against what is: changed, missing, unmanaged. Pure.

The engine's own refresh sees less: rules added to a group of ours, routes, address pairs, roles and sharing rules that
somebody added are no resources of ours and so no business of its. Here everything in a tenancy's projects is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from govcloud.cloud.read.live import Attributes, Live
from govcloud.engine.state import Held, State
from govcloud.engine.steps import KINDS, name_of
from govcloud.spec.symbols import Stack

# what nobody here sets, with the value it has while nobody else does either
UNSET: Final[Mapping[str, Any]] = {
    "routes": [],
    "hostRoutes": [],
    "allowedAddressPairs": [],
    "extraDhcpOptions": [],
    "qosPolicyId": None,
    "description": "",
    "tags": [],
    "keyPair": None,
    "stateful": True,
    "enabled": True,
    "legUp": True,
    "unconfirmedResize": False,
}
# the property of a machine that says which port it is plugged into
PLUG: Final = "networks"
# and the one that says that Nova waits for a word whether it may stay of another size
UNCONFIRMED: Final = "unconfirmedResize"
# kinds whose order is no matter of theirs
UNORDERED: Final = frozenset({"tags", "securityGroupIds", "dnsNameservers"})
PROJECT: Final = "openstack:identity/project:Project"
USER_GROUP: Final = "openstack:identity/groupV3:GroupV3"
INSTANCE: Final = "openstack:compute/instance:Instance"
VOLUME: Final = "openstack:blockstorage/volume:Volume"
# what is plugged into each other
PLUGGABLE: Final = frozenset({INSTANCE, VOLUME})
ATTACHMENT: Final = "openstack:compute/volumeAttach:VolumeAttach"
NETWORK: Final = "openstack:networking/network:Network"
PORT: Final = "openstack:networking/port:Port"
SUBNET: Final = "openstack:networking/subnet:Subnet"
LEG: Final = "openstack:networking/routerInterface:RouterInterface"
ROUTER: Final = "openstack:networking/router:Router"
SHARE: Final = "openstack:networking/rbacPolicyV2:RbacPolicyV2"
SERVER_GROUP: Final = "openstack:compute/serverGroup:ServerGroup"
GROUP: Final = "openstack:networking/secGroup:SecGroup"


@dataclass(frozen=True)
class Applied:
    """What was applied: the stacks' states, the sha256 of each machine's user-data by its name, and whether the tenancy
    is cut off from now on, whatever was applied before.
    """

    states: Mapping[Stack, State]
    texts: Mapping[str, str]
    isolated: bool = False

    @property
    def leaving(self) -> list[Held]:
        """What was replaced and goes with the next update."""
        return [one for state in self.states.values() for one in state.leaving if one.in_cloud]

    @property
    def held(self) -> list[Held]:
        """Everything in the cloud that the states tell of."""
        return [one for state in self.states.values() for one in state.resources if one.in_cloud]


@dataclass(frozen=True, order=True)
class Difference:
    """One thing that differs: `what` is its kind and name; a change names the property, what was applied, what is.

    It has its type token and id; what is unmanaged also when it came into being, where its service says so, and its
    name, description, tags and metadata as a `mark` of whose it is, and the ids of its `users`: what hangs on it and
    would feel that it goes. What is ours has its `urn`, and a change the values before and `now`.
    """

    how: Literal["changed", "missing", "unmanaged"]
    what: str
    property: str = ""
    applied: str = ""
    found: str = ""
    token: str = ""
    id: str = ""
    born: str = ""
    mark: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    urn: str = ""
    before: Any = field(default=None, compare=False, repr=False)
    now: Any = field(default=None, compare=False, repr=False)

    def marked(self, tenancy: str) -> bool:
        """Does it bear the mark of a tenancy? What is built for it does, and what Cinder makes of a backup of that."""
        return f"tenancy={tenancy}" in self.mark[2:]


def compare(applied: Applied, live: Live) -> list[Difference]:
    """Everything that differs, sorted."""
    return sorted(
        [
            *(difference for one in applied.held for difference in _against(one, applied, live)),
            *_unmanaged(applied.held, applied.leaving, live),
        ]
    )


def without(live: Live, gone: Collection[tuple[str, str]]) -> Live:
    """What there would be without some of it, given by type token and id; an attachment's is of machine and volume."""
    plugs = {id_ for token, id_ in gone if token == ATTACHMENT}
    left = {
        token: {id_: one for id_, one in found.items() if (token, id_) not in gone} for token, found in live.items()
    }
    for id_, one in left.get(VOLUME, {}).items():
        attached = [server for server in one["attachedTo"] if f"{server}/{id_}" not in plugs]
        left[VOLUME][id_] = {**one, "attachedTo": attached}
    return left


def unused(some: Iterable[Difference], plugs: Collection[str] = ()) -> tuple[Difference, ...]:
    """Those on which nothing hangs but these themselves: what is used is somebody's, however it came here.

    But for `plugs`, the ids of our own machines and volumes: where a full disk made us forget what an update built,
    ours may be plugged into that already.
    """
    left = tuple(some)
    while True:
        ids_ = {one.id for one in left}
        plugged = ids_.union(plugs)
        kept = tuple(one for one in left if (plugged if one.token in PLUGGABLE else ids_).issuperset(one.users))
        if kept == left:
            return left
        left = kept


def unrecorded(tenancy: str, some: Iterable[Difference]) -> Iterator[Difference]:
    """What stands there, bears the mark of a tenancy, and is not in these records."""
    return (one for one in some if one.how == "unmanaged" and one.marked(tenancy))


def label(one: Held) -> str:
    """Kind and name of what a state holds, as in `server web-1`."""
    return f"{KINDS.get(one.type, one.type)} {name_of(one.urn)}"


def _against(one: Held, applied: Applied, live: Live) -> Iterator[Difference]:
    if one.type == ATTACHMENT:
        yield from _attachment(one, live)
        return
    found = live.get(one.type, {}).get(one.id)
    if found is None:
        yield Difference("missing", label(one), token=one.type, id=one.id, urn=one.urn)
        return
    for name, before, now in (*_properties(one, found, applied), *_ties(one, found, applied, live)):
        if not same(name, before, now):
            words = (name, _text(before), _text(now))
            yield Difference("changed", label(one), *words, one.type, one.id, urn=one.urn, before=before, now=now)


def _properties(one: Held, found: Attributes, applied: Applied) -> Iterator[tuple[str, Any, Any]]:
    """Name, value as applied and value as found, of everything that can be compared."""
    wanted = {**one.inputs, **_implied(one, found, applied)}
    for name, before in wanted.items():
        if name in found:
            yield name, before, found[name]
    for name, value in UNSET.items():
        if name in found and name not in wanted:
            yield name, value, found[name]
    if one.type == INSTANCE:
        yield "userDataDigest", applied.texts.get(name_of(one.urn)), found["userDataDigest"]
    if one.type == VOLUME:
        yield "status", "in-use", found["status"]


def _implied(one: Held, found: Attributes, applied: Applied) -> Mapping[str, Any]:
    """What holds though no program said so: a tenancy that is cut off has its ports down; Nova describes a machine by
    the name it was born with, where the provider says nothing.
    """
    if one.type == PORT:
        return {"adminStateUp": not applied.isolated}
    if one.type == INSTANCE and found["description"]:
        return {"description": one.inputs["name"]}
    return {}


def _ties(one: Held, found: Attributes, applied: Applied, live: Live) -> Iterator[tuple[str, Any, Any]]:
    """What a thing is tied to: a machine to its port and to the group that keeps it apart, a leg to its gateway."""
    if one.type == INSTANCE:
        # a machine and its port bear one name
        for port in (other for other in applied.held if other.type == PORT and name_of(other.urn) == name_of(one.urn)):
            now = live.get(PORT, {}).get(port.id)
            yield PLUG, port.id, port.id if now and now["device"] == one.id else None
        for hint in one.inputs.get("schedulerHints") or ():
            group = live.get(SERVER_GROUP, {}).get(str(hint.get("group")))
            yield "schedulerHints", True, bool(group and one.id in group["members"])
    if one.type == LEG:
        subnet = live.get(SUBNET, {}).get(str(one.inputs.get("subnetId")))
        yield "gatewayIp", subnet["gatewayIp"] if subnet else found["address"], found["address"]


def _attachment(one: Held, live: Live) -> Iterator[Difference]:
    """An attachment is no resource of its own in any list: its volume says where it hangs."""
    volume = live.get(VOLUME, {}).get(str(one.inputs.get("volumeId")))
    if volume is None or one.inputs.get("instanceId") not in volume["attachedTo"]:
        yield Difference("missing", label(one), token=one.type, id=one.id, urn=one.urn)


def _unmanaged(held: list[Held], leaving: list[Held], live: Live) -> Iterator[Difference]:
    known = {(one.type, one.id) for one in (*held, *leaving)}
    names = {one.id: name_of(one.urn) for one in held}
    default = {id_ for id_, group in live.get(GROUP, {}).items() if group["name"] == "default"}
    hanging = _users(live)
    for token, resources in live.items():
        for id_, found in resources.items():
            if (token, id_) in known or id_ in default:
                # Neutron makes the default group by itself; it matters only when somebody put a rule into it
                continue
            what = f"{KINDS.get(token, token)} {_called(id_, found, names)}"
            born, mark = found.get("createdAt", ""), _mark(found)
            yield Difference("unmanaged", what, token=token, id=id_, born=born, mark=mark, users=tuple(hanging[id_]))
    attached = {(one.inputs.get("volumeId"), one.inputs.get("instanceId")) for one in held if one.type == ATTACHMENT}
    for volume, found in live.get(VOLUME, {}).items():
        for server in found["attachedTo"]:
            if (volume, server) not in attached and (VOLUME, volume) in known:
                what = f"attachment {names.get(volume, volume)}"
                # somebody's own machine, which no run of ours plugs a volume into
                users = () if (INSTANCE, server) in known else (server,)
                yield Difference("unmanaged", what, token=ATTACHMENT, id=f"{server}/{volume}", users=users)


def _users(live: Live) -> defaultdict[str, list[str]]:
    """By id, the ids of what hangs on it: machines and volumes on each other, machines on their ports and the groups
    that keep them apart, ports on their network and groups, routers' legs on both ends, routers on the share of the
    network they lead to.
    """
    users = defaultdict[str, list[str]](list)
    for id_, volume in live.get(VOLUME, {}).items():
        for server in volume["attachedTo"]:
            users[id_].append(server)
            users[server].append(id_)
    for id_, group in live.get(SERVER_GROUP, {}).items():
        users[id_] += group["members"]
    for id_, port in live.get(PORT, {}).items():
        users[id_] += filter(None, [port.get("device")])
        under = [port.get("networkId", ""), *(ip["subnetId"] for ip in port.get("fixedIps", ()))]
        for one in (*under, *port.get("securityGroupIds", ())):
            users[one].append(id_)
    for id_, leg in live.get(LEG, {}).items():
        users[leg["routerId"]].append(id_)
        users[leg["subnetId"]].append(id_)
    for id_, share in live.get(SHARE, {}).items():
        users[id_] += (
            router for router, one in live.get(ROUTER, {}).items() if one["externalNetworkId"] == share["objectId"]
        )
    return users


def _mark(found: Attributes) -> tuple[str, ...]:
    metadata = (f"{key}={value}" for key, value in found.get("metadata", {}).items())
    return (found.get("name") or "", found.get("description") or "", *found.get("tags", ()), *metadata)


def _called(id_: str, found: Attributes, names: Mapping[str, str]) -> str:
    """A name people recognise, for what has one; a rule is told by its group and content."""
    if "securityGroupId" in found:
        group = names.get(found["securityGroupId"], found["securityGroupId"])
        ports = "" if found["portRangeMin"] is None else f" {found['portRangeMin']}-{found['portRangeMax']}"
        remote = found["remoteIpPrefix"] or found["remoteGroupId"] or "*"
        return f"{group}/{found['direction']}/{found['protocol'] or '*'}{ports}/{remote}"
    return str(found.get("label") or found.get("name") or id_)


def same(name: str, applied: Any, now: Any) -> bool:
    """Do two values of a property, whichever way they are written, mean the same?"""
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
