"""From a document to a stream, and from a person to a yes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import typer

from govcloud.config import settings
from govcloud.errors import UsageError
from govcloud.output.document import Document
from govcloud.output.formats import render

# formats that are read by a department or its forge; the others by whoever typed the command
_DEPARTMENTS: Final = ("markdown", "sarif", "junit", "html")


def show(document: Document, form: str, *, events: bool = False) -> None:
    """Print the document in the format asked for, else the one of the settings; beside NDJSON it goes to stderr."""
    stream = sys.stderr if events else sys.stdout
    stream.write(render(document, form or settings()["output"].text))
    stream.flush()


def audience(given: str, form: str) -> str:
    """Who reads the output: as given, else the department for its formats and in CI, else the operator."""
    chosen = given or settings()["audience"].text
    if chosen:
        return chosen
    return "department" if form in _DEPARTMENTS or os.environ.get("CI") else "operator"


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
