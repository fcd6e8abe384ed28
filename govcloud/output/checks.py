"""Checks in words, whatever was checked: a table for people, the same for machines, findings for reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from govcloud.output.document import Cell, Data, Document, Finding, Paragraph, Table
from govcloud.text import next_step, say

if TYPE_CHECKING:
    from govcloud.cloud.read.fitness import Check


def checks_document(kind: str, topic: str, checks: Sequence[Check], columns: Sequence[str]) -> Document:
    """Every check with its outcome, and what to do about the bad ones; words stand under `topic`, `columns` by id.

    `<topic>.sick` and `<topic>.well` say how it went as a whole.
    """
    rows = tuple(
        (
            Cell("✔" if check.ok else "✘", "good" if check.ok else "bad"),
            say(f"{topic}.{check.name}"),
            _message(topic, check),
            _remedy(topic, check),
        )
        for check in checks
    )
    bad = sum(not check.ok for check in checks)
    end = Paragraph(say(f"{topic}.sick", count=bad), "bad") if bad else Paragraph(say(f"{topic}.well"), "good")
    data: Data = [
        {"check": one.name, "ok": one.ok, "message": _message(topic, one), "next": _remedy(topic, one)}
        for one in checks
    ]
    found = tuple(_finding(topic, check) for check in checks)
    return Document(kind, data, (Table(("", *map(say, columns)), rows), end), found)


def _message(topic: str, check: Check) -> str:
    if check.problem is not None:
        return say(check.problem.code, **check.problem.params)
    return say(f"{topic}.{check.name}.{'ok' if check.ok else 'bad'}", **check.params)


def _remedy(topic: str, check: Check) -> str:
    if check.problem is not None:
        return next_step(check.problem.code, **check.problem.params)
    return "" if check.ok else next_step(f"{topic}.{check.name}", **check.params)


def _finding(topic: str, check: Check) -> Finding:
    return Finding(
        rule=f"{topic}.{check.name}",
        status="pass" if check.ok else "fail",
        severity="high",
        title=say(f"{topic}.{check.name}"),
        subject="",
        message=_message(topic, check),
        remedy=_remedy(topic, check),
    )
