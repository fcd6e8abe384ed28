"""Programs that are already on this machine: on PATH, or installed by Pulumi as a plugin."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from govcloud.config import harmless, home
from govcloud.toolchain.tool import Origin, Recipe, Tool, cache

PATIENCE = 30.0  # seconds for a program to tell its version; the engine needs 0.1


def candidates(recipe: Recipe) -> Iterator[Tool]:
    """The programs with the right name, in the order they are preferred; their versions may not fit."""
    for file, origin in _files(recipe):
        version = _version(recipe, file)
        if version:
            yield Tool(recipe.name, file, version, origin)


def _files(recipe: Recipe) -> Iterator[tuple[Path, Origin]]:
    on_path = shutil.which(recipe.binary)
    if on_path:
        yield Path(on_path), "PATH"
    if recipe.name == "provider":
        pulumi = Path(os.environ.get("PULUMI_HOME") or home() / ".pulumi")
        plugin = pulumi / "plugins" / f"resource-openstack-v{recipe.version}" / recipe.binary
        # while Pulumi unpacks a plugin, a file of this name stands beside its folder
        if os.access(plugin, os.X_OK) and not plugin.parent.with_name(f"{plugin.parent.name}.partial").exists():
            yield plugin, "plugins"


def ask(recipe: Recipe, file: Path) -> str:
    """The version this program tells, without a leading v; empty where it does not run or tells none."""
    with tempfile.TemporaryDirectory(prefix="govcloud-") as home:
        # a home of its own: the engine writes logs into it even when only asked for its version
        environment = {**harmless(), "PULUMI_HOME": home, "PULUMI_SKIP_UPDATE_CHECK": "true"}
        try:
            answer = subprocess.run(
                [file, recipe.ask], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return ""
    told = re.search(r"\d+\.\d+\.\d+\S*", answer.stdout)
    return told.group() if told else ""


def _version(recipe: Recipe, file: Path) -> str:
    """The version of a program, asked once and remembered as long as the file stays the same."""
    real = file.resolve()
    stat = real.stat()
    state = [stat.st_mtime_ns, stat.st_size]
    memory = cache() / "asked.json"
    known = _remembered(memory)
    before = known.get(str(real))
    if isinstance(before, dict) and before.get("state") == state:
        return str(before["version"])
    version = ask(recipe, file)
    memory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=memory.parent, delete=False) as fresh:
        json.dump({**known, str(real): {"state": state, "version": version}}, fresh)
    Path(fresh.name).replace(memory)
    return version


def _remembered(memory: Path) -> dict[str, object]:
    try:
        known = json.loads(memory.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}  # only a memory: what is not in it is asked again
    return known if isinstance(known, dict) else {}
