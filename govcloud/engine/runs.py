"""Preview, up, destroy and drift of one stack."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import time
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any, Final

import pulumi
from pulumi import automation
from pulumi.automation import StepEventMetadata
from pulumi.automation.errors import CommandError, StackNotFoundError

from govcloud.engine.corrections import Correction, correct
from govcloud.engine.engine import PROJECT, Engine, prepare
from govcloud.engine.failures import Diagnostics
from govcloud.engine.patience import UnderWay, bounded
from govcloud.engine.processes import Command
from govcloud.engine.state import NOTHING, State, at_hand, empty, read_state
from govcloud.engine.steps import Step, leaving, step
from govcloud.events import Event, Notify, ignore

# the SDK's word for an engine that was killed, in the middle of what we say of it
warnings.filterwarnings("ignore", "Error in event stream", UserWarning)
# OpenStack is what one waits for, not the engine
PARALLEL: Final = 16
# seconds for one request, where nobody says
PATIENCE: Final = 60.0


@dataclass(frozen=True)
class Job:
    """A stack and the program that declares it.

    `label` is how people call it (department, tenancy, iaas); the program returns its outputs by symbol. `clouds` is
    the run's own clouds.yaml and `run` its id, empty while only looking; `estimate` is how many seconds an
    update is expected to take; `replace` are the urns of what must be made anew though an update would be tried, and
    `patience` is how many seconds a service may take for one request.
    """

    stack: str
    label: str
    program: Callable[[], Mapping[str, pulumi.Output[str]]]
    clouds: Path
    run: str = ""
    estimate: float | None = None
    replace: tuple[str, ...] = ()
    patience: float = PATIENCE


class _Stack(automation.Stack):
    """A stack that asks the engine for nothing but what it is told to do.

    The SDK launches four more processes around each update: select, outputs twice, history.
    """

    def __init__(self, name: str, workspace: automation.Workspace) -> None:
        self.name = name
        self.workspace = workspace

    def outputs(self) -> automation.OutputMap:
        return {}

    def info(self, show_secrets: bool = False) -> automation.UpdateSummary:
        del show_secrets
        return automation.UpdateSummary("update", dt.datetime.now(dt.UTC), "", {}, {}, "succeeded")


def read(engine: Engine, job: Job) -> State:
    """What the stack holds; NOTHING where it does not exist."""
    return at_hand(engine, job.stack) or export(engine, job)


def export(engine: Engine, job: Job) -> State:
    """What the stack holds, in the words of an engine: it takes a third of a second to start one."""
    with _reporting(job, ignore) as (diagnostics, _), _aside(engine, job) as folder:
        try:
            result = _command(engine, job).run(["stack", "export", "--stack", job.stack], str(folder), {})
        except StackNotFoundError:
            return NOTHING
        except CommandError as error:
            raise diagnostics.unread(error) from error
    return read_state(json.loads(result.stdout))


def preview(engine: Engine, job: Job, *, exists: bool, corrected: Mapping[str, Any] | None = None) -> list[Step]:
    """What `up` would do. Nothing is written: a stack that does not exist is previewed in a scratch backend.

    So is one whose state is to be `corrected` first, where the steps are what would put the cloud right, and one that
    was cut short, whose file no engine reads.
    """
    if exists and corrected is None and engine.is_cut(job.stack):
        state = read(engine, job)
        exists, corrected = bool(state.resources), state.exported if state.resources else None
    if exists and corrected is None:
        return _preview(engine, job)
    # in the run's folder: what a killed run leaves of it goes with the next
    with TemporaryDirectory(prefix="preview-", dir=job.clouds.parent) as scratch:
        elsewhere = replace(
            engine,
            folder=Path(scratch) / "engine",
            backend=f"file://{scratch}/state",
            begun=lambda: True,
            fetch=lambda _: None,
            create=lambda stack, content: _put(Path(scratch) / "state", stack, content),
            clear=None,
            keeping=lambda _: nullcontext(),
            is_cut=lambda _: False,
        )
        if corrected is not None:  # it holds secrets
            elsewhere.folder.mkdir(mode=0o700)
            shutil.copy(engine.passphrase, elsewhere.passphrase)
        prepare(elsewhere)
        _init(elsewhere, job)
        if corrected is not None:
            rewrite(elsewhere, job, corrected)
        return _preview(elsewhere, job)


def _preview(engine: Engine, job: Job) -> list[Step]:
    with _reporting(job, ignore) as (diagnostics, steps), _aside(engine, job) as folder:
        try:
            _stack(engine, job, folder).preview(
                on_event=_listener(job, diagnostics, steps, ignore), parallel=PARALLEL, replace=list(job.replace)
            )
        except CommandError as error:
            raise diagnostics.error(error) from error
    return steps


def up(engine: Engine, job: Job, notify: Notify, *, exists: bool) -> Mapping[str, str]:
    """Make it so; returns the outputs by symbol. Raises the reason a resource failed for."""
    captured: dict[str, str] = {}

    def program() -> None:
        outputs = job.program()
        for symbol, value in outputs.items():
            pulumi.export(symbol, value)
        pulumi.Output.all(**outputs).apply(captured.update)

    with _reporting(job, notify) as (diagnostics, steps), _bounded(engine, job) as under_way:
        told = _listener(job, diagnostics, steps, notify)
        try:
            if not exists:
                with engine.keeping(job.stack):
                    _init(engine, job)
            with engine.keeping(job.stack):
                _stack(engine, job, _workspace(engine, job), program).up(
                    on_event=_both(under_way.take, told), parallel=PARALLEL, replace=list(job.replace)
                )
        except CommandError as error:
            raise diagnostics.error(error) from error
    return captured


def destroy(engine: Engine, job: Job, notify: Notify) -> None:
    """Delete everything in the stack, then the stack and its settings."""
    with _reporting(job, notify) as (diagnostics, steps), _bounded(engine, job) as under_way:
        told, folder = _listener(job, diagnostics, steps, notify), _workspace(engine, job)
        try:
            with engine.keeping(job.stack):
                _stack(engine, job, folder).destroy(
                    on_event=_both(under_way.take, told), parallel=PARALLEL, run_program=True
                )
            with engine.keeping(job.stack):
                _command(engine, job).run(["stack", "rm", "--yes", "--stack", job.stack], str(folder), {})
        except CommandError as error:
            raise diagnostics.error(error) from error


def forget_pending(engine: Engine, job: Job) -> None:
    """Strike the operations that were cut off from the state; what they may have made is for the caller to know."""
    exported = read(engine, job).exported
    # there is none in a stack that was cut off while it was made
    deployment = dict(exported.get("deployment") or {})
    if deployment.pop("pending_operations", None):
        rewrite(engine, job, {**exported, "deployment": deployment})


def forget(engine: Engine, job: Job, urns: Collection[str]) -> None:
    """Strike from the state what is no longer there; that it is not is for the caller to know."""
    if not urns:
        return
    state = read(engine, job)
    gone = [Correction(one.urn, gone=True) for one in state.resources if one.urn in urns]
    if gone:
        rewrite(engine, job, correct(state.exported, gone))


def rewrite(engine: Engine, job: Job, exported: Mapping[str, Any]) -> None:
    """Put another state in the place of the stack's own."""
    with (
        _reporting(job, ignore) as (diagnostics, _),
        NamedTemporaryFile("w", suffix=".json", encoding="utf-8", dir=job.clouds.parent) as file,
    ):
        json.dump(exported, file)
        file.flush()
        words = ["stack", "import", "--stack", job.stack, "--file", file.name]
        try:
            with engine.keeping(job.stack):
                _command(engine, job).run(words, str(_workspace(engine, job)), {})
        except CommandError as error:
            raise diagnostics.error(error) from error


def unlock(engine: Engine, job: Job) -> None:
    """Remove the lock and the drafts a dead engine left; whether it is dead is for the caller to know.

    An engine that died while it made or removed a stack leaves a lock without one, of which the engine's own `cancel`
    knows nothing, but every later update.
    """
    if not engine.begun():
        return
    if engine.clear is not None:
        engine.clear(job.stack)
        return
    with _reporting(job, ignore) as (diagnostics, _):
        try:
            _command(engine, job).run(["cancel", "--yes", "--stack", job.stack], str(_workspace(engine, job)), {})
        except StackNotFoundError:
            return
        except CommandError as error:
            raise diagnostics.error(error) from error


def _command(engine: Engine, job: Job) -> Command:
    return Command(engine.command, engine.version, engine.environment(job.clouds, job.run))


def _workspace(engine: Engine, job: Job) -> Path:
    folder = engine.workspace(job.stack)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _settle(folder)
    return folder


@contextmanager
def _aside(engine: Engine, job: Job) -> Iterator[Path]:
    """A copy of a stack's workspace in the run's folder: who only looks leaves none where there is none."""
    with TemporaryDirectory(prefix="stack-", dir=job.clouds.parent) as folder:
        kept = engine.workspace(job.stack)
        if kept.exists():
            shutil.copytree(kept, folder, dirs_exist_ok=True)
        _settle(Path(folder))
        yield Path(folder)


def _settle(folder: Path) -> None:
    """Let the engine know a folder for one of our project's."""
    settings, wanted = folder / "Pulumi.yaml", f"name: {PROJECT}\nruntime: python\n"
    if not settings.exists() or settings.read_text("utf-8") != wanted:  # one that was killed here left it empty
        settings.write_text(wanted, "utf-8")


def _init(engine: Engine, job: Job) -> None:
    """Make a stack with nothing in it: it takes an engine a third of a second, so where we know the way we do it."""
    if engine.create is not None:
        engine.create(job.stack, empty(job.stack))
        return
    _command(engine, job).run(
        ["stack", "init", job.stack, "--no-select", "--secrets-provider", "passphrase"],
        str(_workspace(engine, job)),
        {},
    )


def _put(state: Path, stack: str, content: bytes) -> None:
    """Put a stack into a state of files that is nobody else's."""
    file = state / ".pulumi" / "stacks" / PROJECT / f"{stack}.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)


def _stack(engine: Engine, job: Job, folder: Path, program: Callable[[], None] | None = None) -> _Stack:
    def exporting() -> None:
        for symbol, value in job.program().items():
            pulumi.export(symbol, value)

    workspace = automation.LocalWorkspace(
        work_dir=str(folder), program=program or exporting, pulumi_command=_command(engine, job)
    )
    return _Stack(job.stack, workspace)


@contextmanager
def _reporting(job: Job, notify: Notify) -> Iterator[tuple[Diagnostics, list[Step]]]:
    """Tell when the stack's run begins and ends."""
    start = time.monotonic()
    notify(Event(job.label, "started", estimate=job.estimate))
    try:
        yield Diagnostics(job.stack), []
    except BaseException:
        notify(Event(job.label, "failed", seconds=time.monotonic() - start))
        raise
    notify(Event(job.label, "done", seconds=time.monotonic() - start))


def _bounded(engine: Engine, job: Job) -> AbstractContextManager[UnderWay]:
    return bounded(job.run, job.patience, engine.space, engine.backend)


_Listen = Callable[[automation.EngineEvent], None]


def _both(first: _Listen, then: _Listen) -> _Listen:
    def listen(event: automation.EngineEvent) -> None:
        first(event)
        then(event)

    return listen


def _listener(job: Job, diagnostics: Diagnostics, steps: list[Step], notify: Notify) -> _Listen:
    """What to do with each engine event. It must never raise: the SDK would turn that into a warning."""
    begun: dict[str, float] = {}

    def told(metadata: StepEventMetadata) -> Step | None:
        return step(job.label, metadata) or leaving(job.label, metadata, steps)

    def listen(event: automation.EngineEvent) -> None:
        if event.diagnostic_event:
            diagnostics.take(event.diagnostic_event)
        if event.resource_pre_event:
            found = told(event.resource_pre_event.metadata)
            if found is not None:
                steps.append(found)
                begun[found.urn] = time.monotonic()
                _tell(found, "started", notify, None)
        for done, state in ((event.res_outputs_event, "done"), (event.res_op_failed_event, "failed")):
            found = told(done.metadata) if done else None
            if found is not None:
                _tell(found, state, notify, time.monotonic() - begun.get(found.urn, time.monotonic()))

    return listen


def _tell(found: Step, state: Any, notify: Notify, seconds: float | None) -> None:
    if not found.scaffolding:
        notify(Event(f"{found.stack}/{found.label}", state, seconds=seconds, op=found.op))
