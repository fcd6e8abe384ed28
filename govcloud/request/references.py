"""References that lead nowhere, read from the file's nodes.

Nodes, not the model: one wrong unit must not keep the writer from learning that a flow names nothing. What has the
wrong form itself is passed over here, for reading the form says so already.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from typing import Final

from pydantic_core import PydanticCustomError

from govcloud.errors import Problem
from govcloud.request import fields
from govcloud.request.decode import MAX_PROBLEMS, dotted
from govcloud.request.ends import End, read_end
from govcloud.request.model import Request
from govcloud.request.names import is_key
from govcloud.request.near import near, offered
from govcloud.request.source import MERGE, Entries, Items, Path_, Scalar, Source
from govcloud.request.topology import DEFAULT_NETWORK

Finding = tuple[str, Path_, dict[str, object]]
SERVERS: Final = ("iaas", "servers")
NETWORKS: Final = ("iaas", "networks")
APPS: Final = ("saas", "apps")


def references(source: Source) -> list[Problem]:
    """Names of a request that name nothing, or two things."""
    found = itertools.chain(_taken(source), _networks(source), _held(source), _flows(source))
    return [
        Problem(code, {"key": dotted(path), **params}, source.place(path, key=code.endswith("-key")), dotted(path))
        for code, path, params in itertools.islice(found, MAX_PROBLEMS + 1)
    ]


def _taken(source: Source) -> Iterator[Finding]:
    """Servers, services and applications share one namespace, for flows name them."""
    taken: dict[str, str] = {}
    for group in (SERVERS, ("paas",), APPS):
        for name in _names(source, group) or ():
            if name in taken:
                yield "input.taken-key", (*group, name), {"name": name, "other": taken[name]}
            taken.setdefault(name, dotted((*group, name)))


def _networks(source: Source) -> Iterator[Finding]:
    known = _network_names(source)
    if known is None:
        return
    for group in (SERVERS, ("paas",)):
        for name in _names(source, group) or ():
            path = (*group, name, "network")
            network = source.text(path)
            if network is not None and is_key(network) and network not in known:
                yield _unknown("input.no-such-network", path, network, known)
            server = source.node(path[:-1])
            written = not isinstance(server, Entries) or "network" in server.entries or MERGE in server.entries
            if group == SERVERS and len(known) > 1 and not written:
                yield "input.which-network", path[:-1], {"name": name, "known": ", ".join(known)}


def _held(source: Source) -> Iterator[Finding]:
    known = ("data",) if source.text(("data",)) else _names(source, ("data",))
    if known is None:
        return
    holders: list[Path_] = [("paas", name) for name in _names(source, ("paas",)) or ()]
    for name in _names(source, SERVERS) or ():
        volumes = (*SERVERS, name, "volumes")
        holders += [(*volumes, volume) for volume in _names(source, volumes) or ()]
    for holder in holders:
        for index, held in enumerate(_items(source, (*holder, "holds"))):
            if held is not None and is_key(held) and held not in known:
                yield _unknown("input.no-such-data", (*holder, "holds", index), held, known)


def _flows(source: Source) -> Iterator[Finding]:
    groups = [_names(source, group) for group in (SERVERS, ("paas",), APPS)]
    keys = None if None in groups or not groups[0] else [name for group in groups for name in group or ()]
    networks = _network_names(source)
    for name in _names(source, ("paas",)) or ():
        target = (source.text(("paas", name, "to")) or "").partition("/")[0]
        if keys is not None and is_key(target) and target not in keys:
            yield _unknown("input.no-such-key", ("paas", name, "to"), target, keys)
    for index, _ in enumerate(_items(source, ("flows",))):
        path = ("flows", index)
        ends = {side: _end(source, (*path, side)) for side in ("from", "to")}
        for side, end in ends.items():
            known = {"key": keys, "network": networks}.get(end.kind) if end else None
            if end and known is not None and end.name not in known:
                yield _unknown(f"input.no-such-{end.kind}", (*path, side), end.name, known)
        if ends["from"] and ends["to"]:
            yield from _whole_flow(path, ends["from"], ends["to"])


def _whole_flow(path: Path_, start: End, end: End) -> Iterator[Finding]:
    own = ("key", "network")
    if start.kind not in own and end.kind not in own:
        yield "input.foreign-flow", path, {}
    elif start == end and start.kind == "network":
        # machines of one server may well talk to each other; a whole network open to itself is no flow
        yield "input.flow-to-itself", path, {}


def _network_names(source: Source) -> Collection[str] | None:
    names = _names(source, NETWORKS)
    return names if names is None else names or (DEFAULT_NETWORK,)


def _names(source: Source, path: Path_) -> Collection[str] | None:
    """The names that stand at a path; None where they cannot be told.

    That is where wrong ones stand, or another form, or where their key was mistyped or may have been to be merged.
    """
    node = source.node(path)
    if isinstance(node, Entries):
        return source.names(path) if all(map(is_key, node.entries)) else None
    parent = source.node(path[:-1])
    if node is not None or not isinstance(parent, Entries | None):
        return None
    form = fields.spot(Request, path[:-1])
    known = fields.keys(form.form) if form and form.form else {}
    if parent and MERGE in parent.entries:
        return None
    strange = [key for key in parent.entries if key not in known] if parent else []
    return None if near(str(path[-1]), strange) else ()


def _items(source: Source, path: Path_) -> Iterator[str | None]:
    """The items of a list, the texts among them as text; nothing where no list stands."""
    node = source.node(path)
    for item in node.items if isinstance(node, Items) else ():
        yield item.text.strip() if isinstance(item, Scalar) else None


def _end(source: Source, path: Path_) -> End | None:
    """The end of a flow, or None where it has the wrong form."""
    try:
        return read_end(source.text(path) or "")
    except PydanticCustomError:
        return None


def _unknown(code: str, path: Path_, name: str, known: Collection[str]) -> Finding:
    return code, path, {"name": name, "near": offered(name, known)}
