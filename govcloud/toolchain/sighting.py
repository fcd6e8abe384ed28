"""Which engine and which provider are used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govcloud.errors import GovcloudError
from govcloud.toolchain import built, present
from govcloud.toolchain.home import Toolchain
from govcloud.toolchain.tool import RECIPES, Name, Recipe, Tool


@dataclass(frozen=True)
class Sighting:
    """What there is of one program: the one that is used, and those that were passed over for their version."""

    recipe: Recipe
    used: Tool | None
    passed_over: tuple[Tool, ...]


def look() -> Mapping[Name, Sighting]:
    """Both programs, found or not. Quick: a few milliseconds once each program on PATH was asked for its version."""
    return {name: _sight(recipe) for name, recipe in RECIPES.items()}


def find() -> Toolchain:
    """The engine and the provider; raises GovcloudError `toolchain.missing` where one is neither present nor built."""
    seen = look()
    engine, provider = seen["engine"].used, seen["provider"].used
    if engine is None or provider is None:
        absent = [f"{s.recipe.binary} {s.recipe.version}" for s in seen.values() if s.used is None]
        raise GovcloudError("toolchain.missing", names=", ".join(absent))
    return Toolchain(engine, provider)


def _sight(recipe: Recipe) -> Sighting:
    passed_over: list[Tool] = []
    for tool in present.candidates(recipe):
        if tool.version == recipe.version:
            return Sighting(recipe, tool, tuple(passed_over))
        passed_over.append(tool)
    return Sighting(recipe, built.find(recipe), tuple(passed_over))
