"""Everything worth knowing about what is used, for `govcloud toolchain show`."""

from __future__ import annotations

from dataclasses import dataclass

from govcloud.errors import GovcloudError
from govcloud.toolchain import built
from govcloud.toolchain.sighting import Sighting
from govcloud.toolchain.tool import Name


@dataclass(frozen=True)
class Detail:
    """One program: empty strings where it is missing, or where we did not build it and cannot know."""

    name: Name
    wanted: str
    version: str = ""
    origin: str = ""
    path: str = ""
    sha256: str = ""
    go: str = ""
    built: str = ""


def inspect(sighting: Sighting) -> Detail:
    """Read the program whole; raises GovcloudError `toolchain.changed` where it is no longer what we built."""
    recipe, tool = sighting.recipe, sighting.used
    if tool is None:
        return Detail(recipe.name, recipe.version)
    digest = built.sha256(tool.path)
    record = built.read(built.place(recipe)) if tool.origin == "built" else None
    if record and record.sha256 != digest:
        raise GovcloudError("toolchain.changed", path=tool.path, folder=built.place(recipe))
    known = (record.go, record.built) if record else ("", "")
    return Detail(recipe.name, recipe.version, tool.version, tool.origin, str(tool.path), digest, *known)
