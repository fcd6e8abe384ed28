"""How long a run will take, from what it builds; measured on a small cloud, and said as an estimate only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from govcloud.engine.steps import Step

# seconds that a step keeps the run busy, with everything else going on beside it
SECONDS: Final[Mapping[str, float]] = {"server": 2.0, "volume": 0.6, "attachment": 1.0, "router-leg": 0.5}
OTHER: Final = 0.2
STARTUP: Final = 1.5


def estimate(steps: Iterable[Step]) -> float:
    """Seconds for these steps of one stack."""
    return STARTUP + sum(SECONDS.get(step.kind, OTHER) for step in steps if not step.scaffolding)
