"""No step takes for ever: where a service does not answer, the run is ended, and what is left is done by the next.

The provider gives most of its requests no time to end in, and others twenty minutes. Nor does a run go on into a full
disk: the engine tries for half a minute to write its state, at every step, and what it puts in place then is cut short.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from govcloud.engine.living import end_run
from govcloud.engine.steps import KINDS, name_of
from govcloud.errors import GovcloudError, TimedOut

if TYPE_CHECKING:
    from pulumi.automation import EngineEvent

# how many times as long as a single request a step may take: a little longer than the provider's own waits, where it
# has some, so that it can say itself what was wrong
USUAL: Final = 12
# what is waited for until it runs
LONG: Final = 35
_LONG: Final = frozenset(
    {
        "openstack:compute/instance:Instance",
        "openstack:compute/volumeAttach:VolumeAttach",
        "openstack:blockstorage/volume:Volume",
    }
)
# with less than so many bytes left an engine is asked to end, while it can still write its state
LEAST: Final = 16 * 2**20


@dataclass
class UnderWay:
    """The steps that began and did not end, each with the moment by which it must; `patience` is one request's."""

    patience: float
    due: dict[str, float] = field(default_factory=dict)

    def take(self, event: EngineEvent) -> None:
        """Hear that a step begins or ends."""
        metadata = event.resource_pre_event.metadata if event.resource_pre_event else None
        # what only groups others lasts as long as they do
        if metadata is not None and metadata.type.startswith("openstack:"):
            times = LONG if metadata.type in _LONG else USUAL
            self.due[metadata.urn] = time.monotonic() + times * self.patience
        for done in (event.res_outputs_event, event.res_op_failed_event):
            if done:
                self.due.pop(done.metadata.urn, None)

    def late(self) -> str | None:
        """The urn of a step that takes too long, or None."""
        now = time.monotonic()
        return next((urn for urn, due in list(self.due.items()) if due < now), None)


@contextmanager
def bounded(run: str, patience: float, space: Callable[[], int | None], backend: str) -> Iterator[UnderWay]:
    """End the run's engine and provider when a step takes too long, then raise TimedOut that names it; and when there
    is not `space` for its state any more, then raise GovcloudError that names the folder.
    """
    under_way, over, late = UnderWay(patience), threading.Event(), ""
    short: int | None = None

    def look() -> None:
        nonlocal late, short
        while not over.wait(1):
            late, left = under_way.late() or "", space()
            short = left if left is not None and left < LEAST else None
            if late or short is not None:
                end_run(run)
                return

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield under_way
    except GovcloudError as error:
        if short is not None:
            folder = backend.removeprefix("file://")
            raise GovcloudError("engine.disk-short", folder=folder, left=short // 2**20) from error
        if not late:
            raise
        kind = late.split("::")[2].rpartition("$")[2]
        raise TimedOut("engine.no-answer", resource=f"{KINDS.get(kind, kind)} {name_of(late)}") from error
    finally:
        over.set()
        looking.join()
