"""Asking on a terminal for what a new request must say."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer

from govcloud.compliance import words
from govcloud.compliance.foresee import Foresight, Refusal
from govcloud.errors import Interrupted, Problem
from govcloud.province.draft import Draft
from govcloud.province.questions import Question
from govcloud.text import next_step, say


def ask(draft: Draft, foresight: Foresight) -> None:
    """Ask one thing after the other, each until its answer is right."""
    typer.echo(say("init.hint"), err=True)
    try:
        while question := next(draft.open(), None):
            _ask_one(draft, question, foresight)
    except (typer.Abort, KeyboardInterrupt) as abort:
        typer.echo(err=True)
        raise Interrupted("init.cancelled") from abort


def _ask_one(draft: Draft, question: Question, foresight: Foresight) -> None:
    known = draft.known(question)
    what = say(f"init.{question.name}")
    text = say("init.ask", what=what, known=", ".join(known)) if known else what
    default = draft.default(question) or None
    while True:
        answer: str = typer.prompt(text, default=default, show_default=bool(default), err=True)
        if answer.strip() == "?":
            typer.echo(draft.meaning(question), err=True)
            continue
        problems = draft.answer(question, answer)
        if problems:
            _tell(problems)
            continue
        refused = foresight.refusal(draft)
        if not refused:
            return
        del draft.answers[question.name]
        tell_refusal(refused)


def tell_refusal(refused: Refusal) -> None:
    """What a request is refused for, each with what helps."""
    _tell(refused.problems)
    for verdict in refused.verdicts:
        _tell_one(f"{words.message(verdict)} [{verdict.rule.id}]", words.remedy(verdict.rule))


def tell_answers(draft: Draft, files: Mapping[str, Path]) -> None:
    """How to go on from what was answered, which would else be lost; `files` are the options --from and --file."""
    # the name of the file says what --slug would
    said = {name: answer for name, answer in draft.answers.items() if not (name == "slug" and "file" in files)}
    options = [word for name, value in {**files, **said}.items() for word in (f"--{name}", str(value))]
    if options:
        typer.echo(say("init.again", command=shlex.join(["govcloud", "init", *options])), err=True)


def _tell(problems: Sequence[Problem]) -> None:
    for problem in problems:
        rule = f" [{problem.rule}]" if problem.rule else ""
        _tell_one(f"{say(problem.code, **problem.params)}{rule}", next_step(problem.code, **problem.params))


def _tell_one(reason: str, remedy: str) -> None:
    typer.echo(f"✘ {reason}" + (f"\n    → {remedy}" if remedy else ""), err=True)
