"""What `validate` found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from govcloud.errors import Place, Problem
from govcloud.output.document import Data, Document, Finding, Heading, Paragraph, Part
from govcloud.output.findings import finding, finding_data, finding_parts, problem_data, problem_finding, problem_part
from govcloud.text import say

if TYPE_CHECKING:
    from govcloud.compliance.validation import Validation


def validation_document(validations: Sequence[Validation], operators: Sequence[Problem] = ()) -> Document:
    """All files in one document; `operators` are problems of the operator's own files."""
    parts: list[Part] = []
    found: list[Finding] = [problem_finding(problem) for problem in operators]
    parts += [problem_part(problem) for problem in operators]
    for one in validations:
        parts += _parts(one)
        found += [problem_finding(problem) for problem in _told(one)]
        found += [finding(verdict, _place(one, verdict.key or verdict.on)) for verdict in one.verdicts]
    if not parts:
        parts.append(Paragraph(say("cli.no-requests"), "warn"))
    data: Data = {
        "files": [_data(one) for one in validations],
        "problems": [problem_data(problem) for problem in operators],
    }
    return Document("Validation", data, tuple(parts), tuple(found))


def _parts(one: Validation) -> list[Part]:
    if not one.problems and not one.judged:
        return [Heading(say("output.validate.unjudged", file=one.file))]
    if one.problems:
        title = say("output.validate.invalid", file=one.file, count=len(one.problems))
        return [Heading(title), *(problem_part(problem) for problem in one.problems)]
    if one.loaded is None:
        return [Heading(say("output.validate.valid", file=one.file)), Paragraph(say("output.validate.form"), "warn")]
    verdicts = [finding(verdict, _place(one, verdict.key or verdict.on)) for verdict in one.verdicts]
    parts: list[Part] = [Heading(say(f"output.validate.{_how(one)}", file=one.file, count=len(one.refusing)))]
    parts += [problem_part(problem) for problem in _told(one)]
    if one.alone:
        parts.append(Paragraph(say("output.validate.alone"), "warn"))
        verdicts = [verdict for verdict in verdicts if verdict.status != "not-evaluated"]
    return [*parts, *finding_parts(verdicts)]


def _how(one: Validation) -> str:
    if one.refusing:
        return "refused"
    if one.blocked:
        return "over" if one.blocked[0].code == "plan.over" else "blocked"
    return "valid"


def _told(one: Validation) -> list[Problem]:
    """What is wrong with the form, or what would keep a right one from being planned."""
    return [*one.problems, *one.blocked]


def _place(one: Validation, key: str) -> Place | None:
    return one.loaded.place_of(key) if one.loaded else None


def _data(one: Validation) -> Data:
    return {
        "file": one.file,
        "exit_code": int(one.exit_code),
        "judged": one.judged,
        "problems": [problem_data(problem) for problem in _told(one)],
        "findings": [finding_data(finding(v, _place(one, v.key or v.on))) for v in one.verdicts],
    }
