"""From a document to a stream, and from a person to a yes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer

from govcloud.config import choice
from govcloud.errors import ExitCode, GovcloudError, UsageError
from govcloud.output.document import Document, listed
from govcloud.output.formats import FORMATS, STREAMED, render

AUDIENCES: Final = ("department", "operator")
# formats that are read by a department or its forge; the others by whoever typed the command
_DEPARTMENTS: Final = ("markdown", "sarif", "junit", "html")


def show(document: Document, form: str, *, events: bool = False) -> None:
    """Print the document in the format asked for, else the one of the settings; beside NDJSON it goes to stderr."""
    stream = sys.stderr if events else sys.stdout
    stream.write(render(document, chosen_format(form)))
    stream.flush()


@contextmanager
def showing(form: str, *, several: bool, events: bool = False) -> Iterator[Callable[[Document], None]]:
    """Show documents as they come; where a target stands for `several` things, formats for machines get one list."""
    if not several or chosen_format(form) in STREAMED:
        yield lambda document: show(document, form, events=events)
        return
    documents: list[Document] = []
    try:
        yield documents.append
    finally:
        if documents:
            show(listed(documents), form, events=events)


def exit_code(error: GovcloudError, *, detailed: bool) -> ExitCode:
    """The exit code of an error; with --detailed-exitcode 2 means something else, and what is invalid gets 64."""
    return ExitCode.USAGE if detailed and error.exit_code == ExitCode.INVALID else error.exit_code


def audience(given: str, form: str) -> str:
    """Who reads the output: as given, else the department for its formats and in CI, else the operator."""
    chosen = given or choice("audience", AUDIENCES)
    if chosen:
        return chosen
    return "department" if chosen_format(form) in _DEPARTMENTS or os.environ.get("CI") else "operator"


def chosen_format(given: str, known: Sequence[str] = FORMATS) -> str:
    """The format asked for, else the one of the settings."""
    return given or choice("output", known)


def confirm(question: str, *, yes: bool) -> bool:
    """Ask a person; where there is none, only --yes will do."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("cli.needs-yes")
    return typer.confirm(question, default=False, err=True)


def confirm_by_name(question: str, name: str, *, yes: bool) -> bool:
    """Ask a person to type the name of what will be lost."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("cli.needs-yes")
    answer: str = typer.prompt(question, default="", show_default=False, err=True)
    return answer.strip() == name


def start(target: str) -> Path:
    """Where to look for the operator's repository: at a path that was given, else here."""
    path = Path(target)
    return path if path.exists() else Path.cwd()
