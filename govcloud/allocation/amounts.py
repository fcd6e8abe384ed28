"""Amounts: how much of each limited thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Amounts:
    """How much of each limited thing: memory in MiB, local disk and volumes in GiB.

    `by_zone` splits cores, memory and disk by availability zone; `addresses` are floating IPs and `gateways` routers'
    own addresses, both by external network.
    """

    instances: int = 0
    cores: int = 0
    memory: int = 0
    disk: int = 0
    ports: int = 0
    volumes: Mapping[str, int] = field(default_factory=dict)
    addresses: Mapping[str, int] = field(default_factory=dict)
    gateways: Mapping[str, int] = field(default_factory=dict)
    by_zone: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def storage(self) -> int:
        """Local disks and volumes together, in GiB."""
        return self.disk + sum(self.volumes.values())

    def grown(self, percent: int) -> Amounts:
        """With `percent` more cores, memory and storage, rounded up: what is kept free for growth."""

        def more(value: int) -> int:
            return -(-value * (100 + percent) // 100)

        return replace(
            self,
            cores=more(self.cores),
            memory=more(self.memory),
            disk=more(self.disk),
            volumes={name: more(size) for name, size in self.volumes.items()},
            by_zone={zone: {name: more(size) for name, size in sizes.items()} for zone, sizes in self.by_zone.items()},
        )
