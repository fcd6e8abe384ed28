"""The records as a whole: what a check found, what a backup holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from govcloud.cloud.read.fitness import Check
from govcloud.output.doctor import check_finding
from govcloud.output.document import Cell, Data, Document, Finding, Paragraph, Part, Table
from govcloud.plan.backup import Summary
from govcloud.text import next_step, say


def check_document(checks: Sequence[Check]) -> Document:
    """Every check with its outcome, and what to do about the bad ones."""
    rows = tuple(
        (
            Cell("✔" if check.ok else "✘", "good" if check.ok else "bad"),
            say(f"records.{check.name}"),
            _found(check),
            "" if check.ok else next_step(f"records.{check.name}", **check.params),
        )
        for check in checks
    )
    bad = sum(not check.ok for check in checks)
    end = Paragraph(say("records.sick", count=bad), "bad") if bad else Paragraph(say("records.whole"), "good")
    columns = ("", *(say(f"records.column.{name}") for name in ("check", "found", "next")))
    data: Data = [{"check": check.name, "ok": check.ok, "message": _found(check)} for check in checks]
    return Document(
        "StoreCheck", data, (Table(columns, rows), end), tuple(check_finding("records", check) for check in checks)
    )


def _found(check: Check) -> str:
    return say(f"records.{check.name}.{'ok' if check.ok else 'bad'}", **check.params)


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
