"""The records as a whole: what a check found, what a backup holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from govcloud.output.checks import checks_document
from govcloud.output.document import Data, Document, Finding, Paragraph, Part
from govcloud.text import say

if TYPE_CHECKING:
    from govcloud.cloud.read.fitness import Check
    from govcloud.plan.backup import Summary

_COLUMNS: Final = tuple(f"records.column.{name}" for name in ("check", "found", "next"))


def check_document(checks: Sequence[Check]) -> Document:
    """Every check of the records."""
    return checks_document("StoreCheck", "records", checks, _COLUMNS)


def backup_document(what: str, file: Path, summary: Summary) -> Document:
    """What a backup holds; `what` was done with it: backed-up, restored or sound."""
    data: Data = {
        "file": str(file),
        "sha256": summary.sha256,
        "store": summary.store,
        "made": summary.made,
        "by": summary.by,
        "job": summary.job,
        "tenancies": summary.tenancies,
        "stacks": summary.stacks,
        "unfinished": list(summary.unfinished),
    }
    told = {"file": file, "tenancies": summary.tenancies, "stacks": summary.stacks, "made": summary.made}
    parts: list[Part] = [Paragraph(say(f"records.{what}", **told, by=summary.by), "good")]
    if summary.unfinished:
        parts.append(Paragraph(say("records.cut-off", names=", ".join(summary.unfinished)), "warn"))
    if what == "backed-up":
        parts += [Paragraph(say("records.secret"), "warn"), Paragraph(say("records.digest", digest=summary.sha256))]
    if what == "restored":
        parts.append(Paragraph(say("records.alone"), "warn"))
    whole = Finding(
        "records.sound", "pass", "high", say(f"records.{what}", **told, by=summary.by), str(file), summary.sha256
    )
    return Document("Backup", data, tuple(parts), (whole,))
