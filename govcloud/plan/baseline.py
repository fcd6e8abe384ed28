"""Which tenancies a baseline flow of the province meets: every server lets them in, or reaches them."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from govcloud.plan.draft import Draft
from govcloud.plan.plan import Missing
from govcloud.province.model import Province


def met(province: Province, draft: Draft) -> Iterator[Missing]:
    """Each tenancy that stands in the range of a baseline flow.

    It may be meant, for a bastion may be a tenancy too; nobody else's is.
    """
    here = (one for one in draft.ledger.built if one.site == draft.fitted.site.name)
    cidrs = [(one.tenancy, network.cidr) for one in here for network in one.networks.values()]
    for flow in province.baseline:
        for end in filter(None, (flow.from_, flow.to)):  # one of them, and a range: the file was checked
            range_ = IPv4Network(end.name)
            for tenancy, cidr in cidrs:
                if range_.overlaps(cidr):
                    params = {"range": end.name, "tenancy": tenancy, "cidr": str(cidr), "reason": flow.reason}
                    yield Missing("plan.baseline-meets", params, "", None)
