"""What somebody changed and the engine cannot put right: its provider has no word for it, or takes any value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from govcloud.cloud.connect import Cloud
from govcloud.cloud.write.mend import mend
from govcloud.engine.steps import Step
from govcloud.plan.compare import Difference
from govcloud.plan.correct import is_mended
from govcloud.plan.plan import Mend
from govcloud.plan.reality import Reality


def mends(reality: Reality, steps: Iterable[Step]) -> Iterator[Mend]:
    """What we would put right besides the engine's steps; not on what goes or is made anew."""
    going = {step.urn for step in steps if step.op in {"delete", "replace"}}
    for one in reality.ours:
        if is_mended(one) and one.urn not in going and one not in reality.unconfirmed:
            yield Mend(one.what, one.property, one.found, one.applied)


def mend_all(cloud: Cloud, meant: Iterable[Mend], differences: Iterable[Difference]) -> list[str]:
    """Put right what differs, as far as it was meant to be; returns what was."""
    wanted = {(one.what, one.property) for one in meant}
    done = []
    for one in differences:
        if is_mended(one) and (one.what, one.property) in wanted:
            mend(cloud, one.token, one.property, one.id, one.before)
            done.append(f"{one.what}: {one.property}")
    return done
