"""A tenancy's resources as they are, in the words our programs use to ask for them.

Each resource is a mapping from the provider's input names to what the API says now, so that it can be held against
what was applied, property by property. What no program of ours sets, but a member of a project could (routes, address
pairs, host routes, a key pair), is there too, under its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from govcloud.cloud.connect import THREADS, Cloud
from govcloud.cloud.read.live import compute, foreign, identity, network, volume

Attributes = Mapping[str, Any]
# type token -> id -> attributes
Live = Mapping[str, Mapping[str, Attributes]]

VOLUME: Final = "openstack:blockstorage/volume:Volume"
ATTACHMENT: Final = "openstack:compute/volumeAttach:VolumeAttach"

_Ask = Callable[[Cloud, str], Live]

PARTS: Final[tuple[_Ask, ...]] = (*network.PARTS, *compute.PARTS, *volume.PARTS, *foreign.PARTS)


def read_live(
    cloud: Cloud, tenancy: str, projects: Collection[str], domain: str | None, groups: Collection[str]
) -> Live:
    """Everything in a tenancy's projects, and who may do what there and in the department's domain (ids).

    `groups` are those of the domain's that we made, whatever they are called by now.
    """
    found: dict[str, dict[str, Attributes]] = {}
    with ThreadPoolExecutor(THREADS) as pool:
        asked = [pool.submit(cloud.call, _question(part, cloud, id_)) for id_ in projects for part in PARTS]
        asked.append(pool.submit(cloud.call, lambda: identity.read(cloud, tenancy, projects, domain, groups)))
        for one in asked:
            for token, resources in one.result().items():
                found.setdefault(token, {}).update(resources)
    return found


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


def _question(part: _Ask, cloud: Cloud, project: str) -> Callable[[], Live]:
    return lambda: part(cloud, project)
