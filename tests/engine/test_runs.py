"""One stack's life in the real engine: previewed, built, read, changed, cut off, locked, gone."""

from __future__ import annotations

import json
import re
import stat
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest

from govcloud.engine import processes, runs
from govcloud.engine.engine import Engine, prepare
from govcloud.engine.runs import Job
from govcloud.engine.state import NOTHING, State
from govcloud.errors import GovcloudError, Locked, ResourceFailed
from govcloud.events import Event, ignore
from tests.engine.conftest import Box, boxes


def _labels(steps: list[Any]) -> list[tuple[str, str]]:
    return sorted((step.op, step.name) for step in steps if step.type == "govcloud:test:Box")


def _names(state: State) -> list[str]:
    return sorted(held.urn.rpartition("::")[2] for held in state.resources if held.type == "govcloud:test:Box")


def _files(engine: Engine) -> set[Path]:
    return {path for path in Path(engine.backend.removeprefix("file://")).rglob("*") if path.is_file()}


def _cut_off(engine: Engine, job: Job, operation: Mapping[str, Any]) -> None:
    """Write down an operation as under way, as an engine that died has it; the engine's own import strikes such."""
    file = Path(engine.backend.removeprefix("file://")) / f".pulumi/stacks/govcloud/{job.stack}.json"
    content = json.loads(file.read_text("utf-8"))
    content["checkpoint"]["latest"]["pending_operations"] = [operation]
    file.write_text(json.dumps(content), "utf-8")


def test_a_preview_of_a_new_stack_writes_nothing(
    engine: Engine, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    scratch.mkdir()
    before = _files(engine)
    steps = runs.preview(engine, job, exists=False)
    assert _labels(steps) == [("create", "a"), ("create", "b")]
    assert all(step.scaffolding for step in steps)
    assert _files(engine) == before
    assert runs.read(engine, job) == NOTHING
    assert list(scratch.iterdir()) == []


def test_up_builds_what_was_previewed_and_says_so(engine: Engine, job: Job) -> None:
    told: list[Event] = []
    outputs = runs.up(engine, replace(job, estimate=3.0), told.append, exists=False)
    assert outputs == {"test:boxes": "a b"}
    assert (told[0].what, told[0].state, told[0].estimate) == ("iaas", "started", 3.0)
    assert (told[-1].what, told[-1].state) == ("iaas", "done")
    assert told[-1].seconds is not None
    assert {event.what for event in told} == {"iaas"}, "components are nothing that people wait for"
    state = runs.read(engine, job)
    assert state.exists
    assert _names(state) == ["a", "b"]
    assert state.outputs == {"test:boxes": "a b"}
    assert state.pending == ()
    assert not any(held.in_cloud for held in state.resources)
    assert runs.preview(engine, job, exists=True) == [], "the second preview is empty"


def test_a_change_is_a_step_for_each_resource(engine: Engine, job: Job) -> None:
    runs.up(engine, job, ignore, exists=False)
    changed = replace(job, program=boxes("b", "c"))
    assert _labels(runs.preview(engine, changed, exists=True)) == [("create", "c"), ("delete", "a")]
    assert runs.up(engine, changed, ignore, exists=True) == {"test:boxes": "b c"}
    assert _names(runs.read(engine, job)) == ["b", "c"]


def test_the_state_digest_tells_of_the_cloud_alone(engine: Engine, job: Job) -> None:
    """Components come and go with our own versions; what a plan starts from is what stands in the cloud."""
    runs.up(engine, job, ignore, exists=False)
    before = runs.read(engine, job).digest()
    runs.up(engine, replace(job, program=boxes("c")), ignore, exists=True)
    assert runs.read(engine, job).digest() == before


def test_destroy_takes_everything_and_the_stack_itself(engine: Engine, job: Job) -> None:
    runs.up(engine, job, ignore, exists=False)
    told: list[Event] = []
    runs.destroy(engine, job, told.append)
    assert runs.read(engine, job) == NOTHING
    assert [event.state for event in told if event.what == "iaas"] == ["started", "done"]
    assert not [file for file in _files(engine) if "t-aaaaaa" in file.name and file.suffix == ".json"]
    # and may be built anew
    runs.up(engine, job, ignore, exists=False)
    assert runs.read(engine, job).exists


def test_stacks_are_apart(engine: Engine, job: Job) -> None:
    other = replace(job, stack="t-bbbbbb.iaas", program=boxes("z"))
    runs.up(engine, job, ignore, exists=False)
    runs.up(engine, other, ignore, exists=False)
    runs.destroy(engine, other, ignore)
    assert _names(runs.read(engine, job)) == ["a", "b"]


def test_a_secret_is_in_no_file_in_clear(engine: Engine, job: Job) -> None:
    def program() -> Mapping[str, pulumi.Output[str]]:
        Box("a")
        return {"test:secret": pulumi.Output.secret("sesame-opens")}

    runs.up(engine, replace(job, program=program), ignore, exists=False)
    written = [*_files(engine), *(path for path in engine.folder.rglob("*") if path.is_file())]
    assert not [file for file in written if b"sesame-opens" in file.read_bytes()]
    assert "sesame" not in str(runs.read(engine, job))
    assert stat.S_IMODE(engine.passphrase.stat().st_mode) == 0o600
    assert stat.S_IMODE(engine.folder.stat().st_mode) == 0o700


def test_the_passphrase_is_made_once(engine: Engine) -> None:
    before = engine.passphrase.read_text("utf-8")
    assert len(before) >= 32
    prepare(engine)
    assert engine.passphrase.read_text("utf-8") == before


def test_what_was_cut_off_is_told_and_can_be_struck(engine: Engine, job: Job) -> None:
    runs.up(engine, job, ignore, exists=False)
    urn = "urn:pulumi:t-aaaaaa.iaas::govcloud::openstack:networking/network:Network::network/app"
    resource = {"urn": urn, "custom": True, "type": "openstack:networking/network:Network", "inputs": {"name": "app"}}
    _cut_off(engine, job, {"resource": resource, "type": "creating"})
    cut = runs.read(engine, job)
    assert cut.pending == (urn,)
    runs.forget_pending(engine, job)
    mended = runs.read(engine, job)
    assert mended.pending == ()
    assert mended.resources == cut.resources
    assert mended.outputs == cut.outputs
    runs.forget_pending(engine, job)
    assert runs.read(engine, job).pending == (), "again, where there is nothing"


@pytest.mark.parametrize("maker", [lambda engine: engine, lambda engine: replace(engine, create=None)])
def test_a_stack_that_was_just_made_is_read_without_an_engine(
    engine: Engine, job: Job, maker: Callable[[Engine], Engine]
) -> None:
    told, no_engine = replace(engine, fetch=lambda _: None), replace(engine, command=Path("/nowhere/pulumi"))
    runs._init(maker(engine), job)
    runs.read(told, job)  # an engine that looks there writes down which form the place has
    assert runs.read(no_engine, job).exported == runs.read(told, job).exported
    assert runs.read(no_engine, job).exists


def test_what_we_make_of_a_stack_an_engine_goes_on_with(engine: Engine, job: Job) -> None:
    """It is told of as empty; the first update keeps its secrets as an engine's own stack does, also for the next."""
    runs._init(engine, job)
    asked = runs._command(engine, job).run(["stack", "ls", "--json"], str(runs._workspace(engine, job)), {})
    assert [row["name"] for row in json.loads(asked.stdout)] == [job.stack]
    runs.up(engine, replace(job, program=_secret), ignore, exists=True)
    held = runs.read(engine, job).exported["deployment"]
    assert held["secrets_providers"]["type"] == "passphrase"
    settings = (engine.workspace(job.stack) / f"Pulumi.{job.stack}.yaml").read_text("utf-8")
    assert held["secrets_providers"]["state"]["salt"] in settings
    assert "sesame-opens" not in json.dumps(held)
    before = engine.fetch(job.stack)
    runs._init(engine, job)
    assert engine.fetch(job.stack) == before, "one that is there stays"
    assert {step.op for step in runs.preview(engine, replace(job, program=_secret), exists=True)} <= {"same"}


def _secret() -> Mapping[str, pulumi.Output[str]]:
    return {"test:secret": pulumi.Output.secret("sesame-opens")}


@pytest.mark.parametrize("bound", [False, True])
def test_a_state_is_read_as_an_engine_would_tell_it_and_without_one(engine: Engine, job: Job, *, bound: bool) -> None:
    """Both its forms: one machine is made anew with another's group, and then a state says so."""

    def program() -> Mapping[str, pulumi.Output[str]]:
        group = Box("a")
        if bound:
            Box("b", pulumi.ResourceOptions(replace_with=[group]))
        return {"test:secret": pulumi.Output.secret("sesame-opens"), "test:boxes": pulumi.Output.from_input("a")}

    told, no_engine = replace(engine, fetch=lambda _: None), replace(engine, command=Path("/nowhere/pulumi"))
    assert runs.read(told, job) == NOTHING
    runs.up(engine, replace(job, program=program), ignore, exists=False)
    resource = {"urn": "urn:pulumi:t::govcloud::openstack:x/y:Z::z", "custom": True, "type": "openstack:x/y:Z"}
    _cut_off(engine, job, {"resource": resource, "type": "creating"})
    found = runs.read(no_engine, job)
    assert found == runs.read(told, job)
    assert found.exported == runs.read(told, job).exported
    assert (_names(found), found.pending) == (["a", "b"] if bound else ["a"], (resource["urn"],))
    # in a form that is not known the engine is asked
    state = Path(engine.backend.removeprefix("file://")) / f".pulumi/stacks/govcloud/{job.stack}.json"
    whole = state.read_text("utf-8")
    for other in (
        re.sub(r'"version": ?[34],', '"version": 99,', whole),
        "",
        whole[:-9],
    ):
        assert other != whole
        state.write_text(other, "utf-8")
        with pytest.raises(GovcloudError, match=r"engine\.unread"):
            runs.read(engine, job)


def _lock(engine: Engine, job: Job) -> Path:
    """A lock as an engine leaves it that was killed."""
    folder = Path(engine.backend.removeprefix("file://")) / ".pulumi/locks/organization/govcloud" / job.stack
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "5d6f6a5e-0000-4000-8000-000000000000.json"
    holder = {"pid": 999999, "username": "somebody", "hostname": "elsewhere", "timestamp": "2026-11-24T00:00:00Z"}
    file.write_text(json.dumps(holder), "utf-8")
    return file


def test_a_lock_is_respected_until_it_is_broken(engine: Engine, job: Job) -> None:
    runs.up(engine, job, ignore, exists=False)
    lock = _lock(engine, job)
    changed = replace(job, program=boxes("c"))
    with pytest.raises(Locked) as caught:
        runs.up(engine, changed, ignore, exists=True)
    assert (caught.value.code, caught.value.params["stack"]) == ("engine.locked", job.stack)
    assert _names(runs.read(engine, job)) == ["a", "b"], "reading needs no lock"
    runs.unlock(engine, job)
    assert not lock.exists()
    runs.up(engine, changed, ignore, exists=True)
    assert _names(runs.read(engine, job)) == ["c"]
    runs.unlock(engine, job)


def test_what_an_engine_that_was_killed_while_it_wrote_its_state_leaves(engine: Engine, job: Job) -> None:
    """A draft goes with the lock. Files of attributes would be written in place, half of one hides the whole state."""
    runs.up(engine, job, ignore, exists=False)
    assert not [file for file in _files(engine) if file.suffix == ".attrs"]
    state = Path(engine.backend.removeprefix("file://")) / f".pulumi/stacks/govcloud/{job.stack}.json"
    drafts = [state.with_name(f"{name}.json.18eb7b16db0ad65e.tmp") for name in (job.stack, "another")]
    for draft in drafts:
        draft.write_text('{"version": 3, "checkp', "utf-8")
    before = runs.read(engine, job)
    runs.unlock(engine, job)
    assert [draft.exists() for draft in drafts] == [False, True]
    assert runs.read(engine, job) == before


def test_an_engine_that_was_killed_while_it_made_or_removed_a_stack(engine: Engine, job: Job) -> None:
    """Its lock is there, a stack is not, or is one that holds nothing yet."""
    lock = _lock(engine, job)
    with pytest.raises(Locked):
        runs.up(engine, job, ignore, exists=False)
    runs.unlock(engine, job)
    runs.forget_pending(engine, job)
    assert not lock.exists()
    runs.up(engine, job, ignore, exists=False)
    state = Path(engine.backend.removeprefix("file://")) / f".pulumi/stacks/govcloud/{job.stack}.json"
    content = json.loads(state.read_text("utf-8"))
    del content["checkpoint"]["latest"]
    state.write_text(json.dumps(content), "utf-8")
    _lock(engine, job)
    runs.unlock(engine, job)
    runs.forget_pending(engine, job)
    assert runs.read(engine, job).exists
    runs.up(engine, job, ignore, exists=True)
    assert _names(runs.read(engine, job)) == ["a", "b"]


def test_who_stops_all_engines_lets_a_stack_be_made(engine: Engine, job: Job) -> None:
    """To make one takes but a moment, and an engine that is asked to end in it would leave half of one."""
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(runs.up, engine, job, ignore, exists=False)
        folder = Path(engine.backend.removeprefix("file://")) / ".pulumi/stacks/govcloud"
        while not (folder / f"{job.stack}.json").exists():
            processes.interrupt()
            assert not made.done()
        made.exception(60)
    assert runs.read(engine, job).exists
    runs.up(engine, job, ignore, exists=True)
    assert _names(runs.read(engine, job)) == ["a", "b"]


def test_there_is_nothing_to_unlock_in_a_stack_that_is_not_there(engine: Engine, job: Job) -> None:
    runs.unlock(engine, job)
    assert runs.read(engine, job) == NOTHING


def test_settings_that_were_lost_lock_no_secret_in(engine: Engine, job: Job) -> None:
    """The salt stands in the stack's settings; another machine, or a folder that was cleared, has the state's own."""
    runs.up(engine, job, ignore, exists=False)
    settings = list(engine.workspace(job.stack).iterdir())
    for file in settings:
        file.write_text("", "utf-8")  # the disk was full, or the engine was killed while it wrote
    assert runs.preview(engine, job, exists=True) == []
    for file in settings:
        file.unlink()
    assert runs.preview(engine, job, exists=True) == []
    runs.up(engine, replace(job, program=boxes("c")), ignore, exists=True)


def test_another_passphrase_opens_nothing(engine: Engine, job: Job) -> None:
    def program() -> Mapping[str, pulumi.Output[str]]:
        return {"test:secret": pulumi.Output.secret("sesame-opens")}

    runs.up(engine, replace(job, program=program), ignore, exists=False)
    engine.passphrase.write_text("another", "utf-8")
    with pytest.raises(ResourceFailed) as caught:
        runs.preview(engine, replace(job, program=program), exists=True)
    assert re.search("passphrase", str(caught.value.params["reason"]))
