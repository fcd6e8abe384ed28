"""Whose an operator domain is: it bears the id of the one store that its tenancies are written in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from govcloud.cloud.connect import Cloud

PREFIX: Final = "govcloud-store="


def owner(cloud: Cloud, domain: str) -> str | None:
    """The id of the store that owns the domain (its id), or None."""
    return owner_of(cloud.rest("identity", "GET", f"/projects/{domain}/tags")["tags"])


def owner_of(tags: Iterable[str]) -> str | None:
    """The same, from the domain's tags."""
    # two that claimed at the same moment see the same winner
    return min((tag.removeprefix(PREFIX) for tag in tags if tag.startswith(PREFIX)), default=None)
