"""Security groups: one for each server with what its flows open, one for the baseline every server has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from govcloud.spec.flows import RuleSpec, opened
from govcloud.spec.site import Ground
from govcloud.spec.tags import as_list

# no server can bear this name: keys have no capital letters
BASELINE: Final = "BASELINE"


@dataclass(frozen=True)
class GroupSpec:
    """A security group without the rules Neutron would add by itself."""

    key: str
    name: str
    rules: tuple[RuleSpec, ...]
    tags: tuple[str, ...]


def group_specs(ground: Ground) -> Iterator[GroupSpec]:
    """The baseline's group, then one for each server."""
    tags, rules = as_list(ground.tags()), list(opened(ground))
    baseline = {one.rule for one in rules if one.origin == "baseline"}
    yield GroupSpec(BASELINE, ground.name("baseline"), tuple(sorted(baseline, key=_order)), tags)
    for server in sorted(ground.request.iaas.servers):
        own = {one.rule for one in rules if one.server == server}
        yield GroupSpec(server, ground.name(f"server-{server}"), tuple(sorted(own, key=_order)), tags)


def _order(rule: RuleSpec) -> str:
    return rule.key
