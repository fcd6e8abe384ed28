"""A disk that gets full while an engine writes its state: half a file in the place of the whole one."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from govcloud.engine import runs
from govcloud.engine.engine import Engine
from govcloud.engine.runs import Job
from govcloud.engine.state import State
from govcloud.errors import GovcloudError
from govcloud.events import ignore
from tests.engine.conftest import boxes


def _names(state: State) -> list[str]:
    return sorted(held.urn.rpartition("::")[2] for held in state.resources if held.type == "govcloud:test:Box")


def _root(engine: Engine) -> Path:
    return Path(engine.backend.removeprefix("file://"))


def _copies(engine: Engine) -> list[str]:
    return [file.name for file in _root(engine).glob("before/*")]


def _fill_up(engine: Engine, job: Job, *, exists: bool) -> None:
    """An update on a disk that gets full: what the engine wrote last is cut, and so is its own copy of that."""

    @contextmanager
    def filling(stack: str) -> Iterator[None]:
        with engine.keeping(stack):
            yield
            state = _root(engine) / f".pulumi/stacks/govcloud/{stack}.json"
            if "Box" in state.read_text("utf-8"):  # there was room enough to make the stack
                for file in (state, state.with_name(f"{state.name}.bak")):
                    file.write_bytes(file.read_bytes()[:200])
                raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        runs.up(replace(engine, keeping=filling), replace(job, program=boxes("half")), ignore, exists=exists)


@pytest.mark.parametrize("stood", [False, True])
def test_what_was_cut_short_is_what_it_was_before(engine: Engine, job: Job, *, stood: bool) -> None:
    if stood:
        runs.up(engine, job, ignore, exists=False)
    assert _copies(engine) == [], "what ended well needs none"
    _fill_up(engine, job, exists=stood)
    found = runs.read(engine, job)
    assert (found.exists, _names(found)) == (True, ["a", "b"] if stood else [])
    changed = replace(job, program=boxes("b", "c"))
    told = [(step.op, step.name) for step in runs.preview(engine, changed, exists=True) if "Box" in step.type]
    assert sorted(told) == ([("create", "c"), ("delete", "a")] if stood else [("create", "b"), ("create", "c")])
    assert runs.read(engine, job) == found
    assert _copies(engine), "who looks mends nothing"
    runs.up(engine, changed, ignore, exists=True)
    assert _names(runs.read(engine, job)) == ["b", "c"]
    assert _copies(engine) == []


def test_it_is_put_back_with_the_locks_of_the_dead(engine: Engine, job: Job) -> None:
    runs.up(engine, job, ignore, exists=False)
    before, asked = runs.read(engine, job), replace(engine, fetch=lambda _: None)
    _fill_up(engine, job, exists=True)
    with pytest.raises(GovcloudError, match=r"engine\.unread"):
        runs.read(asked, job)
    runs.unlock(engine, job)
    assert runs.read(asked, job) == before, "an engine reads it again"
    assert _copies(engine) == []


def test_what_was_cut_short_can_be_destroyed(engine: Engine, job: Job) -> None:
    runs.up(engine, job, ignore, exists=False)
    _fill_up(engine, job, exists=True)
    runs.destroy(engine, job, ignore)
    assert not runs.read(engine, job).exists
    assert _copies(engine) == []
