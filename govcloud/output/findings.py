"""Verdicts, refusals and problems in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from govcloud.compliance import words
from govcloud.compliance.judge import SEVERITIES, Verdict
from govcloud.compliance.rules import RULES
from govcloud.errors import ExitCode, GovcloudError, Place, Problem
from govcloud.output.document import Cell, Data, Document, Finding, Heading, Paragraph, Part, Table, Tone
from govcloud.text import next_step, say

if TYPE_CHECKING:
    from govcloud.plan.judgement import Judgement

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


def problem_finding(problem: Problem, code: ExitCode = ExitCode.INVALID) -> Finding:
    """A problem as reports show it: under the rule that demands the form, if one does, else under its own code.

    `code` says of what kind it is: the form of a file, a refusal, or what else went wrong.
    """
    rule = RULES.get(problem.rule or "")
    kind = say("output.form" if code == ExitCode.INVALID else f"explain.exit.{code}")
    return Finding(
        rule=problem.rule or problem.code,
        status="fail",
        severity="critical",
        title=words.title(rule) if rule else kind,
        subject=problem.key,
        message=say(problem.code, **problem.params),
        remedy=next_step(problem.code, **problem.params),
        place=problem.place,
        advice=words.remedy(rule) if rule else "",
    )


def placed(found: Finding, file: str) -> Finding:
    """The finding, at the beginning of the file where it has no place: a forge takes no report of what lies nowhere."""
    return found if found.place or not file else replace(found, place=Place(file, 1, 1))


def error_document(error: GovcloudError, file: str, *, title: str = "", code: ExitCode | None = None) -> Document:
    """What went wrong with a file, or with what else `title` says, as an answer of its own.

    `code` is what the process ends with, where that is not the error's own.
    """
    problems = error.problems()
    found = tuple(placed(problem_finding(problem, error.exit_code), file) for problem in problems)
    data: Data = {
        "file": file or None,
        "exit_code": int(error.exit_code if code is None else code),
        "problems": [problem_data(one) for one in problems],
    }
    heading = (Heading(title or file),) if title or file else ()
    return Document("Error", data, (*heading, *(problem_part(problem) for problem in problems)), found)


def problem_part(problem: Problem) -> Part:
    """A problem for people: its place, the reason, the rule that demands it, what to do."""
    one = problem_finding(problem)
    place = f"{one.place}: " if one.place else ""
    rule = f" [{problem.rule}]" if problem.rule else ""
    arrow = f"\n    → {one.remedy}" if one.remedy else ""
    return Paragraph(f"{place}{one.message}{rule}{arrow}", "bad")


def problem_data(problem: Problem) -> dict[str, Data]:
    """A problem for machines: codes and params are never translated."""
    return {
        "code": problem.code,
        "rule": problem.rule,
        "key": problem.key,
        **place_data(problem.place),
        "message": say(problem.code, **problem.params),
        "next": next_step(problem.code, **problem.params),
    }


def place_data(place: Place | None) -> dict[str, Data]:
    """A place for machines; what has none has the same keys."""
    return {name: getattr(place, name, None) for name in ("file", "line", "column")}


def finding_data(found: Finding) -> Data:
    """A finding for machines."""
    return {
        "rule": found.rule,
        "status": found.status,
        "severity": found.severity,
        "subject": found.subject,
        **place_data(found.place),
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
