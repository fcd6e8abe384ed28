"""A tenancy's resources as they are, in the words our programs use to ask for them.

Each resource is a mapping from the provider's input names to what the API says now, so that it can be held against
what was applied, property by property. What no program of ours sets, but a member of a project could (routes, address
pairs, host routes, a key pair), is there too, under its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from govcloud.cloud.connect import THREADS, Cloud
from govcloud.cloud.read.live import compute, foreign, identity, network, volume
from govcloud.cloud.read.live.identity import Whose

Attributes = Mapping[str, Any]
# type token -> id -> attributes
Live = Mapping[str, Mapping[str, Attributes]]

_Ask = Callable[[Cloud, str], Live]

PARTS: Final[tuple[_Ask, ...]] = (*network.PARTS, *compute.PARTS, *volume.PARTS, *foreign.PARTS)


def read_live(cloud: Cloud, whose: Whose) -> Live:
    """Everything in a tenancy's projects, and who may do what there and in the department's domain."""
    found: dict[str, dict[str, Attributes]] = {}
    with ThreadPoolExecutor(THREADS) as pool:
        asked = [pool.submit(cloud.call, _question(part, cloud, id_)) for id_ in whose.projects for part in PARTS]
        asked.append(pool.submit(cloud.call, lambda: identity.read(cloud, whose)))
        for one in asked:
            for token, resources in one.result().items():
                found.setdefault(token, {}).update(resources)
    return found


def _question(part: _Ask, cloud: Cloud, project: str) -> Callable[[], Live]:
    return lambda: part(cloud, project)
