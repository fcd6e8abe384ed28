"""Who can be hit: a request on its way, or a process of the command whose request it is."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Final

from tests.cloud.chaos.faults import FAULTS, striking
from tests.cloud.chaos.place import COMMAND, ENGINE, PROVIDER, Place
from tests.cloud.chaos.proxy import Fault

# by which names its processes are found; none means all of them
_KILLED: Final[Mapping[str, tuple[str, ...]]] = {
    "kill-command": COMMAND,
    "kill-engine": ENGINE,
    "kill-provider": PROVIDER,
    "kill-all": (),
}
# as before, and the answer of the request that was on its way is lost too
_LOST: Final = "-unanswered"

# no victim at all, but a person who presses Ctrl-C, and again at once
CTRL_C: Final = "ctrl-c"

VICTIMS: Final = (*FAULTS, CTRL_C, *_KILLED, *(f"{name}{_LOST}" for name in _KILLED))


def fault(place: Place, victim: str) -> Fault:
    """What happens at the request: it is spoiled, or it takes effect and somebody is killed."""
    if victim in FAULTS:
        return FAULTS[victim]
    if victim == CTRL_C:
        return striking(lambda: press_ctrl_c(place))
    names = _KILLED[victim.removesuffix(_LOST)]
    return striking(lambda: place.send(signal.SIGKILL, *names), reply=not victim.endswith(_LOST))


def press_ctrl_c(place: Place) -> None:
    """Twice, for one never knows."""
    for _ in range(2):
        place.send(signal.SIGINT, *COMMAND)
