"""Runs of a tenancy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from govcloud.output.document import Cell, Document, Paragraph, Part, Table, Tone
from govcloud.text import say

if TYPE_CHECKING:
    from govcloud.store.runs import Run

_TONES: dict[str, Tone] = {"done": "good", "failed": "bad", "interrupted": "warn", "lost": "bad"}


def history_document(tenancy: str, runs: Sequence[Run]) -> Document:
    """Who did what, when and why, newest first, and why it failed."""
    columns = ("run", "kind", "actor", "started", "ended", "outcome", "reason")
    rows = tuple(
        (
            run.id,
            say(f"output.run.{run.kind}"),
            f"{run.actor} {run.job}".strip(),
            run.started,
            run.ended or "-",
            Cell("\n".join([say(f"output.outcome.{run.outcome}"), *run.failure]), _TONES.get(run.outcome, "plain")),
            run.reason or "-",
        )
        for run in runs
    )
    table: Part = Table(tuple(say(f"output.column.{name}") for name in columns), rows)
    none: Part = Paragraph(say("output.history.none", tenancy=tenancy), "dim")
    return Document("RunList", [dict(vars(run)) for run in runs], (table if rows else none,))
