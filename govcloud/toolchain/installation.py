"""Making the toolchain complete."""

from __future__ import annotations

import shutil

from govcloud.events import Event, Notify, ignore
from govcloud.text import say
from govcloud.toolchain.building import build
from govcloud.toolchain.golang import choose
from govcloud.toolchain.home import Toolchain
from govcloud.toolchain.lock import alone
from govcloud.toolchain.sighting import Sighting, find, look
from govcloud.toolchain.tool import cache


def install(notify: Notify = ignore) -> Toolchain:
    """Build what is missing and give back the whole; nothing is done where nothing is missing.

    Takes minutes the first time, seconds when Go's caches are warm. Only one installation runs at a time, the next
    one waits. Raises GovcloudError with the reason where a build fails; what was already built stays.
    """
    with alone(cache(), notify):
        for left in cache().glob(".building-*"):
            shutil.rmtree(left)  # of an installation that was killed: we hold the lock, so nobody uses it
        seen = look()
        for sighting in seen.values():
            _tell(sighting, notify)
        missing = [sighting.recipe for sighting in seen.values() if sighting.used is None]
        if missing:
            go = choose(notify)
            for recipe in missing:
                build(recipe, go, notify)
    return find()


def _tell(sighting: Sighting, notify: Notify) -> None:
    what, wanted = f"toolchain/{sighting.recipe.name}", sighting.recipe.version
    for tool in sighting.passed_over:
        notify(Event(what, "note", say("toolchain.passed-over", path=tool.path, version=tool.version, wanted=wanted)))
    if sighting.used:
        notify(Event(what, "unchanged", say("toolchain.present", version=wanted, path=sighting.used.path)))
