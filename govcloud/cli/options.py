"""Options that mean the same in every command."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from govcloud.text import LANGUAGES, say

AUDIENCES: Final = ("department", "operator")


def _known_language(value: str) -> str:
    if value and value not in LANGUAGES:
        raise typer.BadParameter(say("cli.unknown-language", value=value, known=", ".join(LANGUAGES)))
    return value


def _known_format(value: str) -> str:
    from govcloud.cli.printing import chosen_format
    from govcloud.output.formats import FORMATS

    if value and value not in FORMATS:
        raise typer.BadParameter(say("cli.unknown-format", value=value, known=", ".join(FORMATS)))
    chosen_format(value)  # a wrong one of the settings is told now, not after the work
    return value


def _known_audience(value: str) -> str:
    from govcloud.cli.printing import audience

    if value and value not in AUDIENCES:
        raise typer.BadParameter(say("cli.unknown-audience", value=value))
    audience(value, "")
    return value


# --lang is taken before parsing (cli/run.py), so that help speaks it too; here it is only checked
Lang = Annotated[str, typer.Option("--lang", metavar="zh|en", callback=_known_language, help=say("cli.option.lang"))]
Format = Annotated[
    str, typer.Option("-o", "--output", metavar="FORMAT", callback=_known_format, help=say("cli.option.output"))
]
Audience = Annotated[
    str,
    typer.Option("--for", metavar="department|operator", callback=_known_audience, help=say("cli.option.for")),
]
Events = Annotated[bool, typer.Option("--events", help=say("cli.option.events"))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=say("cli.option.yes"))]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help=say("cli.option.reason"))]
OsCloud = Annotated[str, typer.Option("--os-cloud", metavar="NAME", help=say("cli.option.os-cloud"))]
SiteName = Annotated[str, typer.Option("--site", metavar="NAME", help=say("cli.option.site"))]
DetailedExitcode = Annotated[bool, typer.Option("--detailed-exitcode", help=say("cli.option.detailed-exitcode"))]
Target = Annotated[str, typer.Argument(metavar="PATH|T-ID|DEPARTMENT", help=say("cli.argument.target"))]
