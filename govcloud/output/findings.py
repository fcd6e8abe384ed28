"""Verdicts, refusals and problems in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from govcloud.compliance import words
from govcloud.compliance.judge import SEVERITIES, Verdict
from govcloud.compliance.rules import RULES
from govcloud.errors import GovcloudError, Place, Problem
from govcloud.output.document import Cell, Data, Document, Finding, Heading, Paragraph, Part, Table, Tone
from govcloud.plan.judgement import Judgement
from govcloud.text import next_step, say

TONES: Final[dict[str, Tone]] = {"pass": "good", "fail": "bad", "waived": "warn", "not-evaluated": "warn"}


def finding(verdict: Verdict, place: Place | None) -> Finding:
    """A verdict in words."""
    text = words.message(verdict)
    note = words.waiver(verdict)
    return Finding(
        rule=verdict.rule.id,
        status=verdict.status,
        severity=verdict.severity,
        title=words.title(verdict.rule),
        subject=verdict.on,
        message=f"{text} ({note})" if note else text,
        remedy=words.remedy(verdict.rule),
        clause=words.clause(verdict.rule),
        place=place,
        advice=words.remedy(verdict.rule),
    )


def findings(judgements: Iterable[Judgement]) -> tuple[Finding, ...]:
    """The verdicts of a plan in words, the gravest fails first."""
    # a rule of two stages says the same twice where both saw the same
    found = dict.fromkeys(finding(judged.verdict, judged.place) for judged in judgements)
    order = ("fail", "not-evaluated", "waived", "pass", "not-applicable")
    return tuple(sorted(found, key=lambda f: (order.index(f.status), -SEVERITIES.index(f.severity), f.rule, f.subject)))


def problem_finding(problem: Problem) -> Finding:
    """A problem with the form of a file, as reports show it: under the rule that demands the form, if one does."""
    rule = RULES.get(problem.rule or "")
    return Finding(
        rule=problem.rule or problem.code,
        status="fail",
        severity="critical",
        title=words.title(rule) if rule else say("output.form"),
        subject=problem.key,
        message=say(problem.code, **problem.params),
        remedy=next_step(problem.code, **problem.params),
        place=problem.place,
        advice=words.remedy(rule) if rule else "",
    )


def error_document(error: GovcloudError, file: str) -> Document:
    """What went wrong with one of several files, where the others go on."""
    problems = error.problems()
    found = tuple(problem_finding(problem) for problem in problems)
    data: Data = {"file": file, "exit_code": int(error.exit_code), "problems": [problem_data(one) for one in problems]}
    return Document("Error", data, (Heading(file), *(problem_part(problem) for problem in problems)), found)


def problem_part(problem: Problem) -> Part:
    """A problem for people: its place, the reason, the rule that demands it, what to do."""
    one = problem_finding(problem)
    place = f"{one.place}: " if one.place else ""
    rule = f" [{problem.rule}]" if problem.rule else ""
    arrow = f"\n    → {one.remedy}" if one.remedy else ""
    return Paragraph(f"{place}{one.message}{rule}{arrow}", "bad")


def problem_data(problem: Problem) -> Data:
    """A problem for machines: codes and params are never translated."""
    return {
        "code": problem.code,
        "rule": problem.rule,
        "key": problem.key,
        "file": problem.place.file if problem.place else None,
        "line": problem.place.line if problem.place else None,
        "column": problem.place.column if problem.place else None,
        "message": say(problem.code, **problem.params),
        "next": next_step(problem.code, **problem.params),
    }


def finding_data(found: Finding) -> Data:
    """A finding for machines."""
    return {
        "rule": found.rule,
        "status": found.status,
        "severity": found.severity,
        "subject": found.subject,
        "file": found.place.file if found.place else None,
        "line": found.place.line if found.place else None,
        "column": found.place.column if found.place else None,
        "message": found.message,
        "remedy": found.remedy if found.status == "fail" else "",
        "clause": found.clause,
    }


def finding_parts(found: Sequence[Finding]) -> tuple[Part, ...]:
    """How many of each status in one line, then everything that is not simply well."""
    counts = Counter(one.status for one in found)
    line = ", ".join(f"{say(f'compliance.status.{status}')} {count}" for status, count in sorted(counts.items()))
    loud = [one for one in found if one.status in TONES and one.status != "pass"]
    rows = tuple(_row(one) for one in loud)
    columns = tuple(say(f"output.column.{name}") for name in ("rule", "status", "severity", "place", "message"))
    table: tuple[Part, ...] = (Table(columns, rows),) if rows else ()
    return (Paragraph(say("output.findings", counts=line or "-"), "dim"), *table)


def _row(found: Finding) -> tuple[Cell | str, ...]:
    words_ = [found.message]
    if found.status == "fail":
        words_ += [f"→ {found.remedy}", found.clause]
    return (
        found.rule,
        Cell(say(f"compliance.status.{found.status}"), TONES[found.status]),
        say(f"compliance.severity.{found.severity}"),
        str(found.place or found.subject),
        "\n".join(word for word in words_ if word),
    )
