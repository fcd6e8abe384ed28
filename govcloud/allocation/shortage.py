"""What cannot be given: which limit, how much is missing, what would fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Shortage:
    """One thing that cannot be given; `code` names its message, `key` the path of the request that asks for it."""

    code: str
    key: str
    params: Mapping[str, object]
