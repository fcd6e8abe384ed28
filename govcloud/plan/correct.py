"""What to do about differences: what the engine is told so that it puts them right, and what we put right ourselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from govcloud.cloud.read.live import Live
from govcloud.cloud.write.mend import MENDS
from govcloud.engine.corrections import Correction, correct
from govcloud.engine.state import Held, State, read_state
from govcloud.engine.steps import name_of
from govcloud.plan.compare import INSTANCE, PORT, UNSET, VOLUME, Applied, Difference, same
from govcloud.plan.leaving import fits
from govcloud.spec.symbols import Stack
from govcloud.spec.volumes import VolumeSpec

# properties that the provider keeps twice, all of them and those that were asked for
TWICE: Final[Mapping[str, str]] = {
    "tags": "allTags",
    "metadata": "allMetadata",
    "securityGroupIds": "allSecurityGroupIds",
}


def corrected(applied: Applied, differences: Iterable[Difference], live: Live) -> Mapping[Stack, State]:
    """The states that are no longer so, put right; a stack that is as it was is not among them."""
    by_urn = {one.urn: one for one in applied.held}
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    turned = _turned(applied, live)
    for urn, name, value in (*turned, *_half_done(applied, live), *_changed(differences, by_urn), *_plugs(applied)):
        values[urn][name] = value
    gone = {one.urn for one in differences if one.how == "missing"}
    found = {}
    for stack, state in applied.states.items():
        urns = {one.urn for one in state.resources}
        corrections = [Correction(urn, gone=True) for urn in sorted(gone & urns)]
        corrections += [Correction(urn, values=values[urn]) for urn in sorted(urns & values.keys() - gone)]
        if corrections:
            found[stack] = read_state(correct(state.exported, corrections))
    return found


def _changed(differences: Iterable[Difference], by_urn: Mapping[str, Held]) -> Iterator[tuple[str, str, Any]]:
    for one in differences:
        if one.how != "changed" or is_mended(one) or one.property in ("status", "schedulerHints"):
            continue
        if one.property == "externalNetworkId":
            # the provider says only what changes, and to a new gateway that nobody says anything of Neutron gives NAT
            yield one.urn, "enableSnat", not by_urn[one.urn].inputs.get("enableSnat")
        name = "userData" if one.property == "userDataDigest" else one.property
        yield one.urn, name, one.now
        if TWICE.get(name) in by_urn[one.urn].outputs:
            yield one.urn, TWICE[name], one.now


def _turned(applied: Applied, live: Live) -> Iterator[tuple[str, str, Any]]:
    """An isolation and its end turn ports without the engine: where they are as they should be it has nothing to do."""
    for one in applied.held:
        found = live.get(PORT, {}).get(one.id) if one.type == PORT else None
        name = "adminStateUp"
        if found and name in one.outputs and not same(name, one.outputs[name], found[name]):
            yield one.urn, name, found[name]


def _half_done(applied: Applied, live: Live) -> Iterator[tuple[str, str, Any]]:
    """What was to be written when that failed: the engine believes that it is there."""
    for one in applied.held:
        found = live.get(one.type, {}).get(one.id) if one.half_done else None
        for name in {*one.inputs, *UNSET} & one.outputs.keys() & (found or {}).keys():
            if found and (one.type, name) not in MENDS and not same(name, one.outputs[name], found[name]):
                yield one.urn, name, found[name]


def _plugs(applied: Applied) -> Iterator[tuple[str, str, Any]]:
    """The provider finds a machine's port by the name of its network and may have lost it; we know it by its own."""
    ports = {name_of(one.urn): one.id for one in applied.held if one.type == PORT}
    for one in applied.held:
        plugged = [{"port": ports.get(name_of(one.urn), "")}]
        told = [{"port": network.get("port")} for network in one.outputs.get("networks") or ()]
        if one.type == INSTANCE and told != plugged:
            yield one.urn, "networks", plugged


def is_mended(difference: Difference) -> bool:
    """Is it something that the engine cannot put right, and we do?"""
    return difference.how == "changed" and (difference.token, difference.property) in MENDS


def anew(state: State, wanted: Iterable[VolumeSpec]) -> tuple[str, ...]:
    """The volumes (urns) that must be made anew, for they cannot become what is wanted."""
    specs = {volume.key: volume for volume in wanted}
    held = ((one, specs.get(name_of(one.urn))) for one in state.resources if one.type == VOLUME)
    return tuple(one.urn for one, spec in held if spec and not fits(one, spec))
