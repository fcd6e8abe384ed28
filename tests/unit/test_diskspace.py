"""A disk that is nearly full, or gets full: nothing is begun there, and what is said names it."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import insert

from govcloud.config import space
from govcloud.engine.engine import RUN
from govcloud.engine.patience import LEAST, bounded
from govcloud.errors import ExitCode, GovcloudError, ResourceFailed
from govcloud.plan.diskspace import FLOOR, TIMES, needed, refuse_without_space, taken_by
from govcloud.store.bucket import Folder
from govcloud.store.store import Store
from govcloud.store.tables import texts
from govcloud.text import next_step

ELSEWHERE = Store("postgresql://records.example/govcloud")


def _refused(store: Store, state: Folder | None, free: dict[Path, int | None], taken: int = 0) -> GovcloudError | None:
    try:
        refuse_without_space(store, state, taken, free.__getitem__)
    except GovcloudError as error:
        return error
    return None


def test_there_must_be_space_for_what_is_written_many_times_over(store: Store, tmp_path: Path) -> None:
    assert _refused(store, None, {tmp_path: FLOOR}) is None
    error = _refused(store, None, {tmp_path: FLOOR - 1})
    assert error is not None
    assert (error.code, error.exit_code) == ("store.no-space", ExitCode.ERROR)
    assert error.params == {"folder": tmp_path, "left": 63, "needed": 64}
    assert f"df -h {tmp_path}" in next_step(error.code, **error.params)
    assert needed(1_000_000) == FLOOR + TIMES * 1_000_000
    assert _refused(store, None, {tmp_path: FLOOR}, taken=1) is not None


def test_the_store_and_the_state_may_lie_on_two_disks(store: Store, tmp_path: Path) -> None:
    state = Folder(tmp_path / "elsewhere")
    assert _refused(store, state, {tmp_path: FLOOR, state.root: FLOOR}) is None
    for full in (tmp_path, state.root):
        error = _refused(store, state, {tmp_path: FLOOR, state.root: FLOOR, full: 0})
        assert error is not None
        assert error.params["folder"] == full


def test_what_is_no_file_or_does_not_tell_is_not_asked(tmp_path: Path) -> None:
    assert _refused(ELSEWHERE, None, {}) is None
    assert _refused(ELSEWHERE, Folder(tmp_path), {tmp_path: None}) is None


def test_a_folder_that_is_not_there_yet_has_the_space_of_what_is_above(tmp_path: Path) -> None:
    there = space(tmp_path / "not" / "yet")
    assert there is not None
    assert there > 0
    assert space(Path("/proc/self")) is None, "what is no disk says nothing"


def test_stacks_are_counted_by_tenancy(tmp_path: Path) -> None:
    state = Folder(tmp_path)
    stacks = {f".pulumi/stacks/govcloud/{name}.json": b"x" * 100 for name in ("t-a.iaas", "t-a.tenancy", "t-b.iaas")}
    state.write(stacks)
    assert (taken_by(state, "t-a"), taken_by(state, "t-c"), taken_by(None, "t-a")) == (200, 0, 0)


@pytest.mark.parametrize(("left", "stopped"), [(LEAST - 1, True), (LEAST, False), (None, False)])
def test_a_run_is_stopped_before_its_disk_is_full(left: int | None, stopped: bool) -> None:
    """What would be half a state is never written: an engine that is asked to end writes a whole one."""
    run = f"r-full-{left}"
    engine = subprocess.Popen(["sleep", "60" if stopped else "1.5"], env={**os.environ, RUN: run})

    def failed() -> None:
        with bounded(run, 60, lambda: left, "file:///records"):
            engine.wait()
            raise ResourceFailed("engine.broken")

    with pytest.raises(GovcloudError) as caught:
        failed()
    assert caught.value.code == ("engine.disk-short" if stopped else "engine.broken")
    if stopped:
        assert engine.returncode == -signal.SIGKILL
        assert caught.value.params == {"folder": "/records", "left": 15}


def test_a_store_on_a_full_disk_says_so(store: Store, tmp_path: Path) -> None:
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(GovcloudError) as caught:
            connection.execute(insert(texts).values(sha256="x", content="y" * 100_000))
    assert (caught.value.code, caught.value.exit_code) == ("store.full", ExitCode.ERROR)
    assert "disk is full" in str(caught.value.params["reason"])
    assert f"df -h {tmp_path}" in next_step(caught.value.code, **caught.value.params)
