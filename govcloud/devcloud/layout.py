"""The folders of an installation and the files that are written anew before every start."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from govcloud.config import whole
from govcloud.devcloud.installation import SERVICE_DATA, Installation, write_private
from govcloud.devcloud.root import as_root
from govcloud.devcloud.service import Component
from govcloud.devcloud.services.chassis import HOSTS

MARK: Final = "started-with"
LIBRARY: Final = (Path(__file__).parent / "drivers", Path(__file__).parent / "seed")


def make_folders(here: Installation) -> None:
    """Make the folders that stay; the service data folder is made by root and given to the owner."""
    here.logs.mkdir(parents=True, exist_ok=True)
    here.cache.mkdir(parents=True, exist_ok=True)
    if not here.data.exists():
        owner = str(os.getuid())
        subprocess.run(as_root(("mkdir", "--parents", "--mode=755", str(SERVICE_DATA))), check=True)
        subprocess.run(
            as_root(("install", "--directory", "--mode=711", f"--owner={owner}", str(here.data))), check=True
        )
    # for the other installations of this machine, see ports.py
    with whole(here.data / "ports") as stream:
        os.fchmod(stream.fileno(), 0o644)
        stream.write(str(min(here.ports.values())).encode())


def write_configuration(here: Installation, parts: tuple[Component, ...]) -> None:
    """Empty run/, and write etc/ and lib/ anew; only while nothing runs."""
    for folder in (here.run, here.etc, here.lib):
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
    for name in ("tmp", "lock", "netns", "rabbitmq", "nova", "neutron", *(host.name for host in HOSTS)):
        (here.run / name).mkdir()
    for part in parts:
        for name, text in part.files.items():
            write_private(here.etc / name, text)
    for source in LIBRARY:
        for file in source.iterdir():
            if file.is_file():
                shutil.copyfile(file, here.lib / file.name)
    (here.run / MARK).write_text(configuration(parts), "ascii")


def configuration(parts: tuple[Component, ...]) -> str:
    """The digest of everything the services are started with."""
    digest = hashlib.sha256()
    for part in parts:
        commands = [(service.command, sorted(service.environment.items())) for service in part.services]
        digest.update(repr((sorted(part.files.items()), commands)).encode())
    for source in LIBRARY:
        for file in sorted(source.glob("*.*")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def started_with(here: Installation) -> str:
    """The digest of what the running services were started with."""
    mark = here.run / MARK
    return mark.read_text("ascii") if mark.exists() else ""


def remove(here: Installation) -> None:
    """Take away the service data folder."""
    if here.data.exists():
        subprocess.run(as_root(("rm", "--recursive", "--force", "--one-file-system", str(here.data))), check=True)
