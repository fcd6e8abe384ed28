"""A folder of a run's own, for what the engine must read and nobody else may: gone with the run, however it ends."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from govcloud.config import folders, private


@contextmanager
def run_folder() -> Iterator[Path]:
    """A new folder for this user's eyes only, removed afterwards; what killed runs left behind is removed first.

    It lies beside the store and not among the system's temporary files, where nobody would look for it again.
    """
    runs = _runs()
    with _turn(runs):
        _sweep(runs)
        folder = Path(mkdtemp(dir=runs))
        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def sweep_runs() -> None:
    """Remove what killed runs left behind; an engine that outlived one and is gone by now needs its folder no more."""
    runs = _runs()
    with _turn(runs):
        _sweep(runs)


def _runs() -> Path:
    return private(folders().state / "runs")


@contextmanager
def _turn(runs: Path) -> Iterator[None]:
    # the folder itself is the lock: looking leaves no file behind
    handle = os.open(runs, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sweep(runs: Path) -> None:
    """Remove the folders whose maker is dead and that no engine still works with."""
    for folder in runs.iterdir():
        if folder.is_dir() and not _held(folder) and not _in_use(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _held(folder: Path) -> bool:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _in_use(folder: Path) -> bool:
    """Does a living process know of it? Engines outlive the command that started them."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.fsencode(folder) in (process / "environ").read_bytes():
                return True
    return False
