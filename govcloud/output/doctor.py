"""What the doctor found."""

from __future__ import annotations

from collections.abc import Sequence

from govcloud.cloud.read.fitness import Check
from govcloud.output.document import Cell, Data, Document, Finding, Paragraph, Table
from govcloud.text import next_step, say


def doctor_document(checks: Sequence[Check]) -> Document:
    """Every check with its outcome, and what to do about the bad ones."""
    rows = tuple(
        (
            Cell("✔" if check.ok else "✘", "good" if check.ok else "bad"),
            say(f"doctor.{check.name}"),
            say(f"doctor.{check.name}.{'ok' if check.ok else 'bad'}", **check.params),
            "" if check.ok else next_step(f"doctor.{check.name}", **check.params),
        )
        for check in checks
    )
    bad = sum(not check.ok for check in checks)
    summary = Paragraph(say("doctor.sick", count=bad), "bad") if bad else Paragraph(say("doctor.well"), "good")
    columns = ("", say("output.column.check"), say("output.column.message"), say("doctor.column.next"))
    data: Data = [
        {"check": c.name, "ok": c.ok, "message": say(f"doctor.{c.name}.{'ok' if c.ok else 'bad'}", **c.params)}
        for c in checks
    ]
    return Document(
        "Doctor", data, (Table(columns, rows), summary), tuple(check_finding("doctor", check) for check in checks)
    )


def check_finding(topic: str, check: Check) -> Finding:
    """A check as a report shows it; its words stand under `topic`."""
    return Finding(
        rule=f"{topic}.{check.name}",
        status="pass" if check.ok else "fail",
        severity="high",
        title=say(f"{topic}.{check.name}"),
        subject="",
        message=say(f"{topic}.{check.name}.{'ok' if check.ok else 'bad'}", **check.params),
        remedy="" if check.ok else next_step(f"{topic}.{check.name}", **check.params),
    )
