"""Volumes that were to be replaced when an update was cut off. Pure.

The old one has the data, is marked for deletion in the state, and is deleted by the next update, whatever that is for.
Where it is what is wanted now, as when a request was put back, it stays and the one that came in its place goes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping

from govcloud.allocation.facts import Volume
from govcloud.engine.corrections import take_back
from govcloud.engine.state import Held, State, read_state
from govcloud.engine.steps import name_of
from govcloud.plan.compare import VOLUME
from govcloud.plan.dataloss import UNUSED
from govcloud.plan.plan import Missing
from govcloud.spec.symbols import Stack
from govcloud.spec.volumes import VolumeSpec


def taken_back(
    states: Mapping[Stack, State], standing: Collection[str], wanted: Iterable[VolumeSpec]
) -> Mapping[Stack, State]:
    """The states with every volume kept that leaves though it would do; `standing` are the ids of what there is."""
    found = {}
    specs = {spec.key: spec for spec in wanted}
    for stack, state in states.items():
        kept = {one.id for one in _kept(state, standing, specs)}
        if kept:
            found[stack] = read_state(take_back(state.exported, kept))
    return {**states, **found}


def _kept(state: State, standing: Collection[str], specs: Mapping[str, VolumeSpec]) -> Iterator[Held]:
    """The oldest of each that would do: what was made later was made by updates that did not come to their end."""
    seen = set()
    for one in sorted(state.leaving, key=lambda one: one.born):
        spec = specs.get(name_of(one.urn)) if one.type == VOLUME and one.id in standing else None
        if spec and one.urn not in seen and fits(one, spec):
            seen.add(one.urn)
            yield one


def fits(volume: Held, spec: VolumeSpec) -> bool:
    """Can it become what is wanted, or must another be made?"""
    return Volume(spec.name, volume.inputs["volumeType"], int(volume.inputs["size"])).becomes(spec.type, spec.size)


def spare(
    before: Mapping[Stack, State], after: Mapping[Stack, State], plugged: Collection[str], now: dt.datetime
) -> frozenset[str]:
    """The ids of what leaves only since another was taken back, and has data of nobody: it is new and not `plugged` in.

    A machine that runs may fill its volume in a minute.
    """
    left = {*plugged, *(one.id for state in before.values() for one in state.leaving)}
    fresh = (one for state in after.values() for one in state.leaving if one.id not in left)
    return frozenset(one.id for one in fresh if one.born and now - dt.datetime.fromisoformat(one.born) <= UNUSED)


def put_back(before: Mapping[Stack, State], after: Mapping[Stack, State]) -> Iterator[Missing]:
    """Which of two volumes of one name stays, and which goes."""
    for stack, state in after.items():
        marked = {one.id: one for one in before[stack].leaving}
        stays = {one.urn: marked[one.id] for one in state.resources if one.id in marked}
        for one in state.leaving:
            old = stays.get(one.urn)
            if old is not None and one.id not in marked:
                sizes = {"size": int(old.inputs["size"]), "new": int(one.inputs["size"])}
                ids = {"volume": name_of(one.urn), "stays": old.id, "goes": one.id, "born": one.born or "?"}
                yield Missing("plan.put-back", {**ids, **sizes}, "", None)
