"""Whether a site still leads to where its tenancies stand: on another cloud, or in another region, all would seem gone,
and would be built a second time, or taken for destroyed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.inventory import domain_id
from govcloud.engine.state import State
from govcloud.errors import GovcloudError
from govcloud.plan.compare import PROJECT
from govcloud.province.site import Site
from govcloud.spec.symbols import Stack


class Elsewhere(GovcloudError):
    """The site does not lead to where a tenancy of it was built."""


def refuse_elsewhere(
    cloud: Cloud, site: Site, tenancy: str, states: Mapping[Stack, State], projects: Collection[str]
) -> None:
    """Raise Elsewhere where what the stacks hold was built in another region, or in another cloud's domain.

    `projects` are those found of the tenancy: who finds some is on the right Keystone.
    """
    regions = _said(states["iaas"], "region")
    if cloud.region is not None and regions and cloud.region not in regions:
        raise Elsewhere(
            "plan.region-moved",
            tenancy=tenancy,
            region=", ".join(sorted(regions)),
            now=cloud.region,
            site=site.name,
            cloud=cloud.name,
        )
    domains = _said(states["tenancy"], "domainId", PROJECT)
    if not projects and domains and domain_id(cloud, site.operator_domain) not in domains:
        raise Elsewhere(
            "plan.domain-moved", tenancy=tenancy, domain=site.operator_domain, id=", ".join(sorted(domains)),
            cloud=cloud.name, site=site.name,
        )  # fmt: skip


def _said(state: State, name: str, token: str = "") -> frozenset[str]:
    """What the provider said of one property of what a stack holds, of one kind or of all."""
    told = (one.outputs.get(name) for one in state.resources if one.in_cloud and one.type in (token or one.type,))
    return frozenset(str(value) for value in told if value)
