"""A tenancy as it is: what its stacks hold, and where the cloud differs from that."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from govcloud.allocation.ledger import Allocation
from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.inventory import domain_id, project_ids
from govcloud.cloud.read.live import read_live
from govcloud.engine import runs
from govcloud.engine.engine import Engine
from govcloud.engine.runs import Job
from govcloud.engine.state import State
from govcloud.plan.compare import Difference, compare
from govcloud.province.site import Site
from govcloud.spec.symbols import Stack

# order of building; destroyed in reverse
ORDER: Final[tuple[Stack, ...]] = ("department", "tenancy", "iaas")


@dataclass(frozen=True)
class Whereabouts:
    """Where a tenancy is found: its site's cloud, its id, the name of its department's domain, the engine.

    `applied` is what it was given when it was last applied, or began to be; None where it never was.
    """

    cloud: Cloud
    site: Site
    tenancy: str
    domain: str
    engine: Engine
    applied: Allocation | None

    @property
    def stacks(self) -> Mapping[Stack, str]:
        """The names of its stacks in the engine."""
        return {"department": self.domain, "tenancy": f"{self.tenancy}.tenancy", "iaas": f"{self.tenancy}.iaas"}

    @property
    def project(self) -> str:
        """The name of its iaas project."""
        return f"{self.tenancy}-iaas"


@dataclass(frozen=True)
class Reality:
    """What the stacks hold, and where the cloud differs."""

    states: Mapping[Stack, State]
    differences: tuple[Difference, ...]

    @property
    def changed(self) -> bool:
        """Was something of ours changed or taken away?"""
        return any(difference.how != "unmanaged" for difference in self.differences)


def look(where: Whereabouts, clouds: Path) -> Reality:
    """The tenancy as it is. Reads only."""
    states = _states(where.engine, where.stacks, clouds)
    applied = where.applied
    if applied is None:
        return Reality(states, ())
    projects = project_ids(where.cloud, where.site.operator_domain, f"{where.tenancy}-")
    live = read_live(where.cloud, projects, domain_id(where.cloud, where.domain))
    texts = {name: applied.servers[name.rpartition("-")[0]].user_data for name in applied.machines}
    return Reality(states, tuple(compare(states.values(), live, texts)))


def _states(engine: Engine, names: Mapping[Stack, str], clouds: Path) -> Mapping[Stack, State]:
    """What each stack holds, asked of all at once."""
    with ThreadPoolExecutor(len(names)) as pool:
        asked = {stack: pool.submit(runs.read, engine, Job(name, stack, dict, clouds)) for stack, name in names.items()}
        return {stack: one.result() for stack, one in asked.items()}
