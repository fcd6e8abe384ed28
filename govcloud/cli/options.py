"""Options that mean the same in every command."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from govcloud.errors import InvalidInput
from govcloud.output.formats import FORMATS, PLAIN
from govcloud.text import LANGUAGES, say


def _known_language(value: str) -> str:
    if value and value not in LANGUAGES:
        raise typer.BadParameter(say("cli.unknown-language", value=value, known=", ".join(LANGUAGES)))
    return value


def not_empty(value: str) -> str:
    """What a target is: an empty word is a variable that nobody set, and never means the current folder."""
    if not value:
        raise typer.BadParameter(say("cli.empty"))
    return value


def path(value: str) -> Path:
    """A path that is not empty, which pathlib takes for the current folder."""
    return Path(not_empty(value))


def formats(known: Sequence[str], *own: str) -> Any:
    """The option -o of a command that takes these formats, and some of its `own`, which no setting can ask for."""
    named = ", ".join((*known, *own))

    def check(value: str) -> str:
        from govcloud.cli.printing import chosen_format

        if value and value not in (*known, *own):
            raise typer.BadParameter(say("cli.unknown-format", value=value, known=named))
        with suppress(InvalidInput):  # a settings file that is wrong is the command's to tell, in the format asked for
            chosen_format(value, known)  # a wrong one of the settings is told now, not after the work
        return value

    help_ = say("cli.option.output", known=named)
    return typer.Option("-o", "--output", metavar="FORMAT", callback=check, help=help_)


def legible(value: str) -> str:
    """A sentence that goes on record, and onto other people's terminals."""
    if not value.isprintable():
        raise typer.BadParameter(say("cli.not-printable", value=ascii(value)))
    return value


def _known_audience(value: str) -> str:
    from govcloud.cli.printing import AUDIENCES, audience

    if value and value not in AUDIENCES:
        raise typer.BadParameter(say("cli.unknown-audience", value=value))
    with suppress(InvalidInput):
        audience(value, "")
    return value


# --lang is taken before parsing (cli/run.py), so that help speaks it too; here it is only checked
Lang = Annotated[str, typer.Option("--lang", metavar="zh|en", callback=_known_language, help=say("cli.option.lang"))]


# of a command that judges, and of one that judges nothing: an empty report would say that all is well
Format = Annotated[str, formats(FORMATS)]
PlainFormat = Annotated[str, formats(PLAIN)]
Audience = Annotated[
    str,
    typer.Option("--for", metavar="department|operator", callback=_known_audience, help=say("cli.option.for")),
]
Events = Annotated[bool, typer.Option("--events", help=say("cli.option.events"))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=say("cli.option.yes"))]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", callback=legible, help=say("cli.option.reason"))]
OsCloud = Annotated[str, typer.Option("--os-cloud", metavar="NAME", help=say("cli.option.os-cloud"))]
SiteName = Annotated[str, typer.Option("--site", metavar="NAME", help=say("cli.option.site"))]
DetailedExitcode = Annotated[bool, typer.Option("--detailed-exitcode", help=say("cli.option.detailed-exitcode"))]
Target = Annotated[
    str, typer.Argument(metavar="PATH|T-ID|DEPARTMENT", callback=not_empty, help=say("cli.argument.target"))
]
# of what changes or ends a tenancy: no folder, for `.` is quickly typed
Tenancies = Annotated[
    str, typer.Argument(metavar="FILE|T-ID|DEPARTMENT", callback=not_empty, help=say("cli.argument.tenancies"))
]
