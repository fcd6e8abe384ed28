"""Runs: who did what, when, why, and how it ended."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, case, func, insert, select, update

from govcloud.errors import GovcloudError
from govcloud.store.rows import columns, one_of, read
from govcloud.store.store import Store, aware, now
from govcloud.store.tables import runs
from govcloud.text import say, visible

# where CI systems say which job this is: GitLab, Jenkins, Gitee, Woodpecker, Drone, Buildkite, CircleCI
_JOBS: Final = (
    *("CI_JOB_URL", "BUILD_URL", "GITEE_PIPELINE_URL", "CI_PIPELINE_URL", "DRONE_BUILD_LINK"),
    *("BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL", "CI_JOB_ID"),
)
# GitHub, Gitea and Forgejo say it in parts
_PARTS: Final = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}"


def ci_job(environment: Mapping[str, str] = os.environ) -> str:
    """The CI job we are part of, its address without names, passwords and tokens; empty where a person is at work."""
    if environment.get("GITHUB_RUN_ID"):
        said = _PARTS.format_map({"GITHUB_SERVER_URL": "", "GITHUB_REPOSITORY": "", **environment})
    else:
        said = next((environment[name] for name in _JOBS if environment.get(name)), "")
    scheme, slashes, rest = said.partition("://")
    if not slashes:
        return re.split("[?#]", said)[0]
    host, slash, path = re.split("[?#]", rest)[0].partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


KINDS: Final = ("plan", "apply", "destroy", "hold", "release", "isolate", "unlock")
# what changes a tenancy, and may be cut off in the middle
CHANGES: Final = ("apply", "destroy")
BUILT: Final = ("apply", "done")
OUTCOMES: Final = ("running", "done", "failed", "interrupted", "lost")


@dataclass(frozen=True)
class Run:
    """What was done with one tenancy, by whom (`job` is the CI job, where there is one); times in ISO 8601 with zone.

    A plan is on record when it was saved: it keeps things from others, and may be applied by somebody else.
    """

    id: str
    tenancy: str
    kind: str
    actor: str
    reason: str = ""
    plan: str = ""
    job: str = field(default_factory=ci_job)
    started: str = ""
    ended: str = ""
    outcome: str = "running"
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failure(self) -> tuple[str, ...]:
        """Why it failed, in the sentences its caller was told; empty where it did not, or nobody could tell."""
        return tuple(self.record.get(FAILURE, ()))

    @property
    def copied(self) -> str:
        """When the records were copied out of which we know it, unended as it was; empty where we saw it ourselves.

        Where it was begun, somebody may have gone on with it since: what is there now may be his.
        """
        return str(self.record.get(COPIED_AT, ""))


RUN: Final = TypeAdapter(Run)
FAILURE: Final = "failure"
COPIED_AT: Final = "copied"


def why(error: BaseException) -> dict[str, list[str]]:
    """What the record of a run says of an error that ended it: the sentences that whoever ran it was told."""
    problems = error.problems() if isinstance(error, GovcloudError) else ()
    said = [visible(say(problem.code, **problem.params)) for problem in problems]
    return {FAILURE: said} if said else {}


def new_run_id() -> str:
    """An id for a run: sorts by time."""
    return f"r-{now():%Y%m%d%H%M%S}-{secrets.token_hex(3)}"


def begin(store: Store, run: Run) -> None:
    """Write that a run begins, now."""
    values = {name: value for name, value in vars(run).items() if name not in ("started", "ended")}
    with store.engine.begin() as connection:
        connection.execute(insert(runs).values(**values, started=now()))


def end(store: Store, run: str, outcome: str, record: Mapping[str, Any]) -> None:
    """Write how a run ended, and its evidence."""
    with store.engine.begin() as connection:
        conclude(connection, run, outcome, record)


def conclude(connection: Connection, run: str, outcome: str, record: Mapping[str, Any]) -> None:
    """The same as part of a larger step; what is done stays done."""
    open_ = (runs.c.id == run) & (runs.c.outcome != "done")
    connection.execute(update(runs).where(open_).values(ended=now(), outcome=outcome, record=dict(record)))


def note(store: Store, run: Run, outcome: str = "done") -> None:
    """Write down what is over already."""
    begin(store, run)
    end(store, run.id, outcome, run.record)


def note_over(connection: Connection, run: str, over: dt.datetime) -> None:
    """Write by when a run was over whose process is dead, if nobody ended it; nobody could tell once its lease is gone.

    What may have been cut off in the middle is `running` still, until somebody has seen to that; all else is lost.
    """
    dead = (runs.c.id == run) & (runs.c.outcome == "running")
    outcome = case((runs.c.kind.in_(CHANGES), runs.c.outcome), else_="lost")
    connection.execute(update(runs).where(dead).values(ended=min(over, now()), outcome=outcome))


def lose(store: Store, tenancy: str, but: str = "", *, over: dt.datetime | None = None) -> list[Run]:
    """Mark the applies and destroys of a tenancy that nobody ended as lost, but for our own run; returns them.

    For the holder of the tenancy's lease alone: whoever else was at work is dead. They ended when that was noted, not
    now: what came into being in between is not theirs. `over` says better, where something of theirs outlived them.
    """
    orphaned = (runs.c.tenancy == tenancy) & (runs.c.outcome == "running") & (runs.c.id != but)
    mine = orphaned & runs.c.kind.in_(CHANGES)
    found = read(store, runs, select(runs).where(mine), _run)
    with store.engine.begin() as connection:
        ended = func.coalesce(runs.c.ended, now()) if over is None else over
        connection.execute(update(runs).where(mine).values(ended=ended, outcome="lost"))
    return found


def unsettled(store: Store, tenancy: str, but: str = "") -> list[Run]:
    """The applies and destroys of a tenancy since the last that was done, but for our own run, newest first.

    Each may have left something behind: who died, but who failed too, for an answer that was lost is a failure.
    """
    changes = (run for run in history(store, tenancy) if run.kind in CHANGES and run.id != but)
    return list(itertools.takewhile(lambda run: run.outcome != "done", changes))


def unended(store: Store) -> Mapping[str, Run]:
    """The last change of a tenancy where it did not come to its end, or not yet, by tenancy."""
    if not store.exists:
        return {}
    # records are long, and most tenancies have none
    brief = select(runs.c.tenancy, runs.c.id, runs.c.kind, runs.c.outcome).where(runs.c.kind.in_(CHANGES))
    with store.engine.connect() as connection:
        last = {row.tenancy: row for row in connection.execute(brief.order_by(runs.c.started, runs.c.id))}
    begun = [row.id for row in last.values() if row.outcome != "done"]
    return {run.tenancy: run for run in read(store, runs, select(runs).where(runs.c.id.in_(begun)), _run)}


def history(store: Store, tenancy: str) -> list[Run]:
    """The runs of a tenancy, newest first."""
    if not store.exists:
        return []
    query = select(runs).where(runs.c.tenancy == tenancy).order_by(runs.c.started.desc(), runs.c.id.desc())
    return read(store, runs, query, _run)


def stands(store: Store, tenancy: str) -> bool:
    """Did an apply of a tenancy come to its end, and was no destroy begun since?"""
    changes = (run for run in history(store, tenancy) if run.kind == "destroy" or (run.kind, run.outcome) == BUILT)
    last = next(changes, None)
    return last is not None and last.kind == "apply"


def all_runs(store: Store) -> list[Run]:
    """The runs of every tenancy, oldest first."""
    return read(store, runs, select(runs).order_by(runs.c.started, runs.c.id), _run) if store.exists else []


def outcomes(store: Store) -> Mapping[str, str]:
    """How every run ended, by its id: the same as before where nothing was done in between."""
    with store.engine.connect() as connection:
        return {row.id: row.outcome for row in connection.execute(select(runs.c.id, runs.c.outcome))}


def _run(row: Row[Any]) -> Run:
    one_of("kind", row.kind, KINDS)
    one_of("outcome", row.outcome, OUTCOMES)
    started = aware(row.started).isoformat(timespec="seconds")
    ended = aware(row.ended).isoformat(timespec="seconds") if row.ended else ""
    return RUN.validate_python({**columns(row), "started": started, "ended": ended})
