"""A stack's state put right by what we saw in the cloud, so that the engine wants back what was applied.

The engine's own refresh asks the provider, which does not look at everything (rules that were taken off a port, words
of a machine's metadata, tags that were added), takes a machine in a network of another name for one without any
network and would build it anew, and gives up at one that is suspended. We look at more, in one go; this writes it down.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

# how the provider's own form of a value was to be had again from ours: no longer true of one that we wrote
_RAW: Final = "__pulumi_raw_state_delta"
# what of a row says how a thing is
_SAID: Final = ("inputs", "outputs")
_REFERENCES: Final = ("dependencies", "replaceWith")


@dataclass(frozen=True)
class Correction:
    """What of one resource of a state is no longer so: it is gone, or these properties have other values."""

    urn: str
    gone: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)


class Telling(NamedTuple):
    """A resource's row of a state as it was applied, and as it was told; None where it was told to be gone."""

    applied: Mapping[str, Any]
    now: Mapping[str, Any] | None


def tellings(applied: Mapping[str, Any], told: Mapping[str, Any]) -> list[Telling]:
    """The rows in which a state that is told differs from what was applied."""
    now = {row["urn"]: row for row in _rows(told)}
    return [Telling(row, now.get(row["urn"])) for row in _rows(applied) if not _alike(row, now.get(row["urn"]))]


def undone(exported: Mapping[str, Any], told: Iterable[Telling]) -> dict[str, Any] | None:
    """The state with every row that is still as it was told as it was applied; None where there is none.

    The first telling that fits counts. What the engine made since is no longer as it was told.
    """
    changed = copy.deepcopy(dict(exported))
    there = {row["urn"]: row for row in _rows(changed)}
    found: dict[str, Mapping[str, Any]] = {}
    for one in told:
        urn = one.applied["urn"]
        if urn not in found and _alike(there.get(urn), one.now):
            found[urn] = one.applied
    if not found:
        return None
    for urn, row in found.items():
        if urn in there:
            there[urn].update({name: row.get(name, {}) for name in _SAID})
        else:
            # whatever referred to it was told that it is gone
            changed["deployment"]["resources"].append(dict(row))
    return changed


def _rows(exported: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What stays: another with the same urn may be leaving."""
    return [row for row in (exported.get("deployment") or {}).get("resources") or () if _stays(row)]


def _alike(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Do two rows say the same of one thing, or are there none?

    After an update that failed the outputs are what it should have become; the inputs are as they were before it.
    """
    if one is None or other is None:
        return one is other
    return all((one.get(name) or {}) == (other.get(name) or {}) for name in ("id", "inputs"))


def correct(exported: Mapping[str, Any], corrections: Iterable[Correction]) -> dict[str, Any]:
    """What `pulumi stack export` printed, with the corrections; it can be imported again."""
    wanted = {one.urn: one for one in corrections}
    corrected = copy.deepcopy(dict(exported))
    deployment = corrected["deployment"]
    gone = {urn for urn, one in wanted.items() if one.gone}
    # what is leaving has the urn of what came in its place, and goes by itself
    kept = [row for row in deployment.get("resources") or () if row.get("delete") or row["urn"] not in gone]
    for row in kept:
        _forget(row, gone)
        if row["urn"] in wanted and not row.get("delete"):
            _rewrite(row, wanted[row["urn"]].values)
    deployment["resources"] = kept
    return corrected


def take_back(exported: Mapping[str, Any], ids: Collection[str]) -> dict[str, Any]:
    """The same where what is leaving, by its id, stays, and what came in its place leaves."""
    changed = copy.deepcopy(dict(exported))
    rows = changed["deployment"]["resources"]
    for at, row in enumerate(rows):
        if not (row.get("delete") and row.get("id") in ids):
            continue
        del row["delete"]
        other = next((i for i, one in enumerate(rows) if one["urn"] == row["urn"] and i != at and _stays(one)), None)
        if other is not None:
            # whatever refers to it stands behind the place of the one that stays
            rows[at], rows[other] = {**rows[other], "delete": True}, row
    return changed


def _stays(row: Mapping[str, Any]) -> bool:
    return not row.get("delete")


def _rewrite(row: dict[str, Any], values: Mapping[str, Any]) -> None:
    """The engine compares what a program asks for with the inputs, the provider with the outputs."""
    inputs, outputs = row.setdefault("inputs", {}), row.setdefault("outputs", {})
    outputs.pop(_RAW, None)
    for name, value in values.items():
        outputs[name] = value
        # a property that no program sets has no place among the inputs, unless as what it must not be
        inputs[name] = value


def _forget(row: dict[str, Any], gone: Collection[str]) -> None:
    """Nothing may refer to a resource that is no longer there."""
    for name in _REFERENCES:
        if row.get(name):
            row[name] = [urn for urn in row[name] if urn not in gone]
    by_property = row.get("propertyDependencies") or {}
    for name, urns in by_property.items():
        by_property[name] = [urn for urn in urns or () if urn not in gone]
    if row.get("deletedWith") in gone:
        del row["deletedWith"]
