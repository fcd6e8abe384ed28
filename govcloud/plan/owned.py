"""Whether the operator domain is ours to plan for: records that are not its own would take for new what stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from govcloud.allocation.facts import Facts
from govcloud.config import hidden
from govcloud.errors import Locked, Refused
from govcloud.province.site import Site
from govcloud.store.store import Store


def refuse_anothers(store: Store, facts: Facts, domain: str) -> None:
    """Raise Locked where the domain of this name belongs to another store than ours."""
    mine = store.id if store.exists else ""
    if facts.owner and not mine:
        raise Locked("plan.no-records", domain=domain, owner=facts.owner, store=hidden(store.url))
    if facts.owner not in ("", mine):
        raise Locked("cloud.owned", domain=domain, owner=facts.owner, store=mine)


def refuse_shared(facts: Facts, site: Site, sites: Iterable[Site], region: Callable[[Site], str | None]) -> None:
    """Raise Refused where another site is on the same cloud; `region` tells the one of each."""
    for other in facts.sharing(site, sites, region):
        raise Refused(
            "plan.cloud-shared", cloud=site.cloud, site=site.name, other=other.name, domain=other.operator_domain
        )
