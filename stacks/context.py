"""What every program has at hand: two ways into the cloud, and the ids that lower stacks made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pulumi_openstack as openstack
from pulumi_openstack import blockstorage, compute, identity, networking

# The SDK loads its modules when something of them is first named, and not safely: stacks that are previewed at
# once, each in a thread of its own, would see them half loaded.
LOADED: Final = (identity.Project, networking.Network, compute.Instance, blockstorage.Volume)

# names of the entries in the run's own clouds.yaml
OPERATOR: Final = "operator"
LAYER: Final = "layer"


@dataclass(frozen=True)
class Context:
    """`operator` may build in any project; `layer` is the same user inside the layer's project.

    Networks, ports and the like take the project as an argument; servers, volumes and server groups land in the
    project of the token that asks for them. Each is a process of its own while the engine runs, so `layer` is there
    only where something is built with it.
    """

    operator: openstack.Provider
    region: str | None
    lower: Mapping[str, str]

    @cached_property
    def layer(self) -> openstack.Provider:
        """The way into the layer's own project."""
        return _provider(LAYER, self.region)

    def id(self, symbol: str) -> str:
        """The id behind a symbol; before the lower stack exists, in a preview, the symbol stands for itself."""
        return self.lower.get(symbol, symbol)


def context(lower: Mapping[str, str], region: str | None) -> Context:
    """The providers. Every argument is given, so that nothing is read from the environment into the state."""
    return Context(_provider(OPERATOR, region), region, lower)


def _provider(cloud: str, region: str | None) -> openstack.Provider:
    return openstack.Provider(
        cloud,
        cloud=cloud,
        region=region or "",
        delayed_auth=True,
        allow_reauth=True,
        max_retries=5,
        endpoint_type="public",
        insecure=False,
        swauth=False,
        disable_no_cache_header=False,
    )
