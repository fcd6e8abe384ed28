"""Building one program from Go modules: fetch, compile, verify, put in place."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from govcloud.errors import GovcloudError
from govcloud.events import Notify
from govcloud.text import say
from govcloud.toolchain import built, present, process
from govcloud.toolchain.failures import explain, explain_os
from govcloud.toolchain.golang import Go
from govcloud.toolchain.step import step
from govcloud.toolchain.tool import Recipe, cache, log_file

# Measured: the average package keeps one processor busy for this many seconds, and linking for as long as 40 packages.
SECONDS_A_PACKAGE: Final = 0.25
LINK: Final = 40


def build(recipe: Recipe, go: Go, notify: Notify) -> None:
    """Build the program and put it in its place; raises GovcloudError with the reason where that fails.

    What Go has fetched and compiled stays in Go's own caches: after a failure or a kill, the next run goes on there.
    """
    since = time.monotonic()
    text = say("toolchain.building", name=recipe.binary, version=recipe.version, go=go.version)
    done = say("toolchain.built", path=built.binary(recipe, built.place(recipe)))
    with step(notify, f"toolchain/{recipe.name}", text, done=done):
        try:
            # when we are interrupted, compilers may write for another second; the next installation removes the rest
            with tempfile.TemporaryDirectory(prefix=".building-", dir=cache(), ignore_cleanup_errors=True) as site:
                work = _Work(recipe, go, notify, Path(site), log_file(recipe.name))
                work.compile(work.fetch())
                work.verify()
                built.write(recipe, work.fresh, go=go.version, seconds=time.monotonic() - since)
                work.put_in_place()
        except OSError as error:
            raise explain_os(recipe.binary, error) from error


@dataclass(frozen=True)
class _Work:
    recipe: Recipe
    go: Go
    notify: Notify
    site: Path  # ours alone, beside the final place, gone when we are done
    log: Path

    @property
    def fresh(self) -> Path:
        return self.site / "fresh"

    def fetch(self) -> int:
        """Fetch the modules; how many packages are still to be compiled."""
        packages = self.site / "packages"
        show = "{{if .Stale}}stale{{end}}"
        text = say("toolchain.fetching", source=self.go.proxy)
        with step(self.notify, f"toolchain/{self.recipe.name}/modules", text) as note:
            command = ["list", "-deps", "-f", show, *self.recipe.flags(), self.recipe.package]
            self._go(command, lambda lines: note("toolchain.fetched", done=lines), packages)
        return packages.read_text("utf-8").split().count("stale")

    def compile(self, packages: int) -> None:
        """Compile the packages and link them into the fresh folder."""
        file = built.binary(self.recipe, self.fresh)
        guess = (packages + LINK) * SECONDS_A_PACKAGE / len(os.sched_getaffinity(0))
        since = time.monotonic()
        text = say("toolchain.compiling", all=packages)
        with step(self.notify, f"toolchain/{self.recipe.name}/compile", text, estimate=guess) as note:

            def beat(lines: int) -> None:
                # the first guess counts less and less, the pace measured so far more and more
                part = min(lines, packages) / (packages + LINK)
                left = (1 - part) * ((1 - part) * guess + time.monotonic() - since)
                note("toolchain.compiled", done=min(lines, packages), all=packages, left=f"{left:.0f}")

            self._go(["build", "-v", *self.recipe.flags(), "-o", str(file), self.recipe.package], beat)

    def verify(self) -> None:
        """The program starts and tells the version it was built for."""
        told = present.ask(self.recipe, built.binary(self.recipe, self.fresh))
        if told != self.recipe.version:
            raise GovcloudError("toolchain.unverified", name=self.recipe.binary, told=told, wanted=self.recipe.version)

    def put_in_place(self) -> None:
        """Move the whole folder by one rename; what stood there was found to be broken and goes with the site."""
        place = built.place(self.recipe)
        if place.exists():
            place.rename(self.site / "broken")
        self.fresh.rename(place)

    def _go(self, words: list[str], beat: process.Beat, output: Path | None = None) -> None:
        scratch = self.site / "scratch"
        scratch.mkdir(exist_ok=True)
        environment = {"GOTMPDIR": str(scratch), **self.go.environment}
        where = process.Where(self.recipe.source, environment, self.log)
        code = process.run([self.go.path, *words], where, beat, output)
        if code != 0:
            raise explain(f"{self.recipe.binary} {self.recipe.version}", self.log, source=self.go.proxy)
