"""An operator domain belongs to one store: the first apply writes the store's id on it, others are refused."""

from __future__ import annotations

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.ownership import PREFIX, owner
from govcloud.errors import GovcloudError, Locked


def check_owner(cloud: Cloud, domain: str, name: str, store: str) -> bool:
    """True when the domain is ours, False when nobody's; raises Locked with the owner's id when another's."""
    found = owner(cloud, domain)
    if found not in (None, store):
        raise Locked("cloud.owned", domain=name, owner=found, store=store)
    return found is not None


def claim(cloud: Cloud, domain: str, name: str, store: str) -> None:
    """Write our id on the domain unless it stands there; of two that claim at once, one is refused."""
    if check_owner(cloud, domain, name, store):
        return
    tag = f"/projects/{domain}/tags/{PREFIX}{store}"
    try:
        cloud.rest("identity", "PUT", tag)
    except GovcloudError:
        # Keystone refuses a tag that another apply of ours wrote at the same moment
        if not check_owner(cloud, domain, name, store):
            raise
    try:
        check_owner(cloud, domain, name, store)
    except Locked:
        cloud.rest("identity", "DELETE", tag, may_miss=True)
        raise
