"""The engine is started for what it was not asked yet, and never takes another engine's word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from govcloud import toolchain
from govcloud.toolchain import built
from govcloud.toolchain.tool import RECIPES
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture


@dataclass(frozen=True)
class Watched:
    """A workshop whose engine writes down how it is started before it starts."""

    shop: Workshop
    log: Path

    def previews(self, *arguments: str) -> list[str]:
        """Run a command; the stacks that the engine was asked for a preview of."""
        self.log.write_text("", "utf-8")
        self.shop.run(*arguments)
        started = [line.split() for line in self.log.read_text("utf-8").splitlines()]
        return sorted(words[words.index("--stack") + 1] for words in started if "preview" in words)


@pytest.fixture(scope="module")
def path(workshop: Workshop) -> Iterator[str]:
    written = workshop.write("settled.test", smallest())
    workshop.run("apply", written, "--yes")
    yield written
    workshop.run("destroy", written, "--yes")


@pytest.fixture(scope="module")
def watched(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """The same engine in another place."""
    real, place = toolchain.find(), tmp_path_factory.mktemp("cache") / "govcloud" / "toolchain"
    log = place.parent / "started.log"
    folder = place / RECIPES["engine"].key()
    program = built.binary(RECIPES["engine"], folder)
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\necho "$@" >> {log}\nexec {real.engine.path} "$@"\n', "utf-8")
    program.chmod(0o755)
    built.write(RECIPES["engine"], folder, go="-", seconds=0)
    (place / RECIPES["provider"].key()).symlink_to(real.provider.path.parents[1])
    environment = {**workshop.environment, "XDG_CACHE_HOME": str(place.parents[1])}
    return Watched(replace(workshop, environment=environment), log)


def test_only_what_is_new_is_asked(watched: Watched, path: str) -> None:
    stacks = watched.previews("plan", path)
    assert len(stacks) == 3, "an engine of another place takes nobody's word"
    # an apply proves what it says, however little there is to do
    assert set(stacks) <= set(watched.previews("apply", path, "--yes"))
    assert watched.previews("plan", path) == []
    watched.shop.edit(path, flows=[{"from": "web", "to": "web", "ports": ["7800/tcp"], "reason": "集群"}])
    (asked,) = watched.previews("plan", path)
    assert asked.endswith(".iaas")
    assert set(stacks) <= set(watched.previews("apply", path, "--yes"))
    assert watched.previews("plan", path) == []
