"""A state whose version was lost in a power failure: what a check says of it, and that what it advises helps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from govcloud.engine.engine import Engine
from govcloud.engine.runs import Job, read, up
from govcloud.errors import GovcloudError
from govcloud.events import ignore
from govcloud.store.bucket import Folder, unversioned
from govcloud.text import next_step


def test_without_its_version_no_state_is_read_and_removing_it_helps(engine: Engine, job: Job) -> None:
    state = Folder(Path(engine.backend.removeprefix("file://")))
    up(engine, job, ignore, exists=False)
    whole = read(engine, job)
    assert list(unversioned(dict(state.read()))) == []
    for lost in ("", "\0" * 11, "version:", "version: x\n"):
        (state.root / ".pulumi/meta.yaml").write_text(lost)
        with pytest.raises(GovcloudError, match=r"engine\.unread"):
            read(engine, job)
        (name,) = unversioned(dict(state.read()))
        # what a check says: rm ~/.local/state/govcloud/pulumi/NAME
        assert re.search(rf"^rm \S+/pulumi/{re.escape(name)}\b", next_step("records.version", names=name))
        (state.root / name).unlink()
        assert list(unversioned(dict(state.read()))) == []
        assert read(engine, job) == whole
        assert list(unversioned(dict(state.read()))) == []
