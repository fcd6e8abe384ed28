"""A block of TCP ports of our own, below the range the kernel hands out to clients."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from govcloud.errors import GovcloudError

BLOCK: Final = 50
FIRST: Final = 20_000
LAST: Final = 32_768 - BLOCK  # from 32,768 on the kernel gives ports to clients

# What the parts of a devcloud, and what often runs beside one, listen on by default.
DEFAULTS: Final = frozenset(
    {3306, 4369, 5672, 5671, 11211, 15672, 25672, 35357, 5000, 8000, 8004, 8080, 8386, 8774, 8775, 8776, 8777, 8778}
    | {8779, 8786, 9001, 9292, 9311, 9511, 9696, 9876, 6080, 6081, 6082, 6640, 6641, 6642, 53, 5354, 953, 27017, 25565}
)


def choose_base(identity: str, claims: Collection[int], free: Callable[[int], bool]) -> int:
    """The first port of a block that nothing listens on and no other installation of this machine has claimed.

    The search starts at a place of the installation's own, so that two installations seldom look at the
    same block. Raises GovcloudError when there is none.
    """
    blocks = range(FIRST, LAST, BLOCK)
    start = int(identity, 16) % len(blocks)
    for base in (*blocks[start:], *blocks[:start]):
        ports = range(base, base + BLOCK)
        if base not in claims and not DEFAULTS & set(ports) and all(map(free, ports)):
            return int(base)
    raise GovcloudError("devcloud.no-ports", first=FIRST, last=LAST)


def claimed(root: Path) -> tuple[int, ...]:
    """The bases that other installations have written down in their folders of `root`.

    What cannot be read claims nothing: the next `up` over there writes it anew, and what runs is seen by its ports.
    """
    found: list[int] = []
    for file in root.glob("*/ports"):
        with suppress(OSError, ValueError):
            found.append(int(file.read_text("ascii")))
    return tuple(found)


def is_free(port: int) -> bool:
    """Could a service listen on this port of 127.0.0.1 now?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
