"""What was built: each program in a folder of its own, with a record that it was verified.

    toolchain/engine-3.259.0-<digest>/bin/pulumi
    toolchain/engine-3.259.0-<digest>/built.json

The folder appears by one rename after the program answered with its version, so what is there is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from govcloud.toolchain.tool import Recipe, Tool, cache


@dataclass(frozen=True)
class Record:
    """How and when a program was built; `seconds` is how long it took, `changed` the file's time in nanoseconds."""

    version: str
    sha256: str
    size: int
    changed: int
    go: str
    built: str
    seconds: float


def place(recipe: Recipe) -> Path:
    """Where the program of this recipe is kept."""
    return cache() / recipe.key()


def binary(recipe: Recipe, folder: Path) -> Path:
    """The program inside its folder."""
    return folder / "bin" / recipe.binary


def read(folder: Path) -> Record | None:
    """The record of the program in this folder; None where none was built."""
    try:
        return Record(**json.loads((folder / "built.json").read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return None  # cut short by a crash of the machine, or of another release: build again


def write(recipe: Recipe, folder: Path, *, go: str, seconds: float) -> None:
    """Record that the program in this folder is whole and answers."""
    file = binary(recipe, folder)
    stat = file.stat()
    now = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    record = Record(recipe.version, sha256(file), stat.st_size, stat.st_mtime_ns, go, now, round(seconds, 1))
    (folder / "built.json").write_text(json.dumps(asdict(record), indent=2) + "\n", "utf-8")


def find(recipe: Recipe) -> Tool | None:
    """The program, if it was built and is still what was verified then."""
    folder = place(recipe)
    record, file = read(folder), binary(recipe, folder)
    if record is None or not os.access(file, os.X_OK):
        return None
    stat = file.stat()
    # a copy of the cache from another machine has other times but must have the same content
    same = (stat.st_size, stat.st_mtime_ns) == (record.size, record.changed) or sha256(file) == record.sha256
    return Tool(recipe.name, file, record.version, "built") if same else None


def sha256(file: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
