"""The services' Python environment: one frozen set of packages, every file checked against its hash."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from govcloud.devcloud.installation import Installation
from govcloud.errors import GovcloudError

HERE: Final = Path(__file__).parent
LOCK: Final = HERE / "requirements.lock"
# two of the packages come as source only; what builds them is frozen as well
BUILD_LOCK: Final = HERE / "build.lock"


def lock_digest() -> str:
    """Names the set of packages."""
    text = LOCK.read_bytes() + BUILD_LOCK.read_bytes() + sys.version.encode()
    return hashlib.sha256(text).hexdigest()[:12]


def environment_folder(here: Installation) -> Path:
    """Where the environment for this set of packages and this Python lies."""
    return here.cache / f"python-{lock_digest()}"


def is_complete(folder: Path) -> bool:
    """Was it installed to the end?"""
    return (folder / ".complete").exists()


def install(folder: Path, log: Path) -> None:
    """Make the environment, with bytecode so that the services start quickly.

    A half-made one is made anew, other sets of packages are left alone. Uses `uv` where it is found, else pip;
    pip's settings hold for both. Raises GovcloudError with the end of `log`.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    uv = _find_uv()
    interpreter = str(folder / "bin/python")
    if uv:
        make: tuple[str, ...] = (uv, "venv", "--quiet", "--python", sys.executable, str(folder))
        pip: tuple[str, ...] = (uv, "pip", "install", "--python", interpreter, "--compile-bytecode")
    else:
        make = (sys.executable, "-m", "venv", str(folder))
        pip = (interpreter, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off")
    commands = (
        make,
        # what builds the sources comes first and from its own lock: an isolated build would fetch it unchecked
        (*pip, "--require-hashes", "--requirement", str(BUILD_LOCK)),
        (*pip, "--require-hashes", "--no-build-isolation", "--requirement", str(LOCK)),
    )
    environment = {**os.environ, **(_uv_settings() if uv else {})}
    with log.open("w", encoding="utf-8") as stream:
        for command in commands:
            done = subprocess.run(command, env=environment, stdout=stream, stderr=subprocess.STDOUT, check=False)
            if done.returncode != 0:
                tail = "".join(log.read_text("utf-8").splitlines(keepends=True)[-8:])
                raise GovcloudError("devcloud.python-failed", command=" ".join(command[:3]), log=log, tail=tail)
    (folder / ".complete").touch()


# What a province sets for pip, from the environment or pip's own files, under the names uv knows.
UV_NAMES: Final = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


def _uv_settings() -> Mapping[str, str]:
    """Pip's settings for uv, which does not read them; what is set for uv itself is left alone."""
    command = (sys.executable, "-m", "pip", "config", "list")
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # nothing where pip is not
    found: dict[str, str] = {}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        name = UV_NAMES.get(key.rpartition(".")[2])
        if name and name not in os.environ:
            found[name] = value.strip("'\"")
    return found


def _find_uv() -> str | None:
    try:
        from uv import find_uv_bin  # noqa: PLC0415 - the extra `devcloud`; not everybody has it
    except ImportError:
        return shutil.which("uv")
    return find_uv_bin()
