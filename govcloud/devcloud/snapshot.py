"""The state after migrations and seed, kept to start and to reset from.

`live/` is complete when it holds the mark of the definitions it was made from. The mark is written last, when
the snapshot has been taken or put back: a build that was interrupted has none, and is begun again.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Final

from govcloud.devcloud.installation import Installation
from govcloud.devcloud.python import lock_digest
from govcloud.devcloud.services import components

MARK: Final = "made-from"
HERE: Final = Path(__file__).parent


def definitions(here: Installation) -> str:
    """The digest of everything that shapes the state of a new cloud: packages, migrations, catalogue, seed.

    Not the services' configuration: it is written anew before every start.
    """
    digest = hashlib.sha256(lock_digest().encode())
    for part in components(here):
        shape = (part.folders, part.databases, part.prepare, part.migrate, part.endpoints, part.user)
        digest.update(repr(shape).encode())
    for file in sorted((HERE / "seed").glob("*.*")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def made_from(here: Installation) -> str:
    """The digest that the live state was made from; empty where there is no complete one."""
    mark = here.live / MARK
    return mark.read_text("ascii") if mark.exists() else ""


def exists(here: Installation) -> bool:
    """Is there a snapshot for the definitions of today?"""
    return _folder(here).exists()


def take(here: Installation) -> None:
    """Keep the live state as the only snapshot; while nothing runs."""
    shutil.rmtree(here.data / "snapshot", ignore_errors=True)
    _copy(here.live, _folder(here))
    _mark(here)


def restore(here: Installation) -> None:
    """Put the snapshot in the place of the live state; while nothing runs."""
    discard_live(here)
    _copy(_folder(here), here.live)
    _mark(here)


def discard_live(here: Installation) -> None:
    """Forget the live state; the snapshot stays."""
    # first, for what is cut off while it is removed is no complete state
    (here.live / MARK).unlink(missing_ok=True)
    shutil.rmtree(here.live, ignore_errors=True)


def _mark(here: Installation) -> None:
    (here.live / MARK).write_text(definitions(here), "ascii")


def _folder(here: Installation) -> Path:
    return here.data / "snapshot" / definitions(here)


def _copy(source: Path, target: Path) -> None:
    draft = target.with_name(target.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.parent.mkdir(parents=True, exist_ok=True)
    # shares the blocks where the file system can
    subprocess.run(["cp", "--archive", "--reflink=auto", str(source), str(draft)], check=True)
    draft.rename(target)
