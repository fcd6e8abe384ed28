"""A stack's state put right by what we saw in the cloud, so that the engine wants back what was applied.

The engine's own refresh asks the provider, which does not look at everything (rules that were taken off a port, words
of a machine's metadata, tags that were added), takes a machine in a network of another name for one without any
network and would build it anew, and gives up at one that is suspended. We look at more, in one go; this writes it down.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# how the provider's own form of a value was to be had again from ours: no longer true of one that we wrote
_RAW: Final = "__pulumi_raw_state_delta"
_REFERENCES: Final = ("dependencies", "replaceWith")


@dataclass(frozen=True)
class Correction:
    """What of one resource of a state is no longer so: it is gone, or these properties have other values."""

    urn: str
    gone: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)


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
