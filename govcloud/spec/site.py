"""What every part of a layer's spec is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from govcloud.allocation.facts import Facts
from govcloud.allocation.ledger import Allocation
from govcloud.province.fit import Fitted
from govcloud.province.model import Province, Zone
from govcloud.request.model import Request
from govcloud.request.topology import Topology, topology
from govcloud.spec.tags import tags


@dataclass(frozen=True)
class Ground:
    """A request in its place, what it was given, and the cloud it stands on; `isolated` cuts all its traffic."""

    fitted: Fitted
    province: Province
    facts: Facts
    allocation: Allocation
    isolated: bool = False

    @property
    def request(self) -> Request:
        """The request."""
        return self.fitted.request

    @cached_property
    def topology(self) -> Topology:
        """Its networks and machines; these by name, so that the order in which a request is written changes no spec."""
        found = topology(self.request)
        return replace(found, machines=tuple(sorted(found.machines, key=lambda one: (one.server, one.ordinal))))

    def zone(self, name: str) -> Zone:
        """A zone of the province."""
        return next(zone for key, zone in self.province.zones.items() if key == name)

    def external_network_id(self, zone: str) -> str:
        """The id of a zone's external network."""
        return self.facts.external_networks[self.zone(zone).external_network].id

    def name(self, key: str) -> str:
        """A resource's name in the cloud: unique by the tenancy's id, readable by its key."""
        return f"{self.allocation.tenancy}-{key}"

    def tags(self, **more: str) -> Mapping[str, str]:
        """The tags of a resource of the iaas layer."""
        return tags(self.request, self.allocation, layer="iaas", **more)
