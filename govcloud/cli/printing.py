"""From a document to a stream, and from a person to a yes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import typer

from govcloud.config import choice
from govcloud.errors import ExitCode, GovcloudError, Interrupted, UsageError
from govcloud.output.document import Document, listed
from govcloud.output.formats import FORMATS, STREAMED, render
from govcloud.stopping import stopping
from govcloud.text import visible

AUDIENCES: Final = ("department", "operator")
# formats that are read by a department or its forge; the others by whoever typed the command
_DEPARTMENTS: Final = ("markdown", "sarif", "junit", "html")


def show(document: Document, form: str, *, events: bool = False) -> None:
    """Print the document in the format asked for, else the one of the settings; beside NDJSON it goes to stderr."""
    stream = sys.stderr if events else sys.stdout
    stream.write(render(document, chosen_format(form)))
    stream.flush()


@dataclass
class Answers:
    """What a command says of each thing its target stands for, and the exit codes that come of it.

    Where a target may stand for `several` things the others go on when one fails.
    """

    tell: Callable[[Document], None]
    several: bool
    detailed: bool = False
    codes: list[ExitCode] = field(default_factory=list)

    def __call__(self, document: Document, code: ExitCode = ExitCode.OK) -> None:
        """Tell it."""
        self.codes.append(code)
        self.tell(document)

    @contextmanager
    def about(self, file: str) -> Iterator[None]:
        """Of several, what goes wrong with this one is said, and ends nothing."""
        try:
            yield
        except Interrupted:
            raise
        except GovcloudError as error:
            if not self.several:
                raise
            from govcloud.output.findings import error_document

            code = exit_code(error, detailed=self.detailed)
            self(error_document(error, file, code=code), code)


@contextmanager
def answering(form: str, *, several: bool, events: bool = False, detailed: bool = False) -> Iterator[Answers]:
    """Show documents as they come; where a target stands for `several` things, formats for machines get one list."""
    if not several or chosen_format(form) in STREAMED:
        with stopping():
            yield Answers(lambda document: show(document, form, events=events), several, detailed)
        return
    documents: list[Document] = []
    try:
        with stopping():
            yield Answers(documents.append, several, detailed)
    except GovcloudError as error:
        if documents:
            from govcloud.output.findings import error_document

            documents.append(error_document(error, ""))
            error.answered, error.told = True, not for_people(form, events=events)
        raise
    finally:
        if documents:
            show(listed(documents), form, events=events)


def for_people(form: str, *, events: bool) -> bool:
    """Is what goes to stderr for people? Beside events an answer in another format than theirs stands there, alone."""
    return not events or chosen_format(form) == "table"


def show_error(error: GovcloudError, parameters: Mapping[str, Any], command: str) -> None:
    """Where a command with these parameters was to print another format than a person's, the error is its answer.

    A person reads it on stderr, and so does whoever looks into a pipeline's log.
    """
    if error.answered or "output" not in parameters or chosen_format(parameters["output"]) in ("table", "handover"):
        return
    from govcloud.output.findings import error_document
    from govcloud.request.load import shown

    target = parameters.get("target", "")
    file = shown(Path(target)) if target and Path(target).is_file() else ""
    code = exit_code(error, detailed=parameters.get("detailed_exitcode", False))
    document = error_document(error, file, title=f"{command} {visible(target)}".strip(), code=code)
    events = parameters.get("events", False)
    show(document, parameters["output"], events=events)
    error.told = not for_people(parameters["output"], events=events)


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
