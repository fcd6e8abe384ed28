"""`govcloud schema [KIND]`: JSON Schema for editors."""

from __future__ import annotations

from typing import Annotated

import typer

from govcloud.cli.options import Lang
from govcloud.text import say

Kind = Annotated[str, typer.Argument(metavar="request|province|site|department|waivers", help=say("cli.argument.kind"))]


def schema(kind: Kind = "request", lang: Lang = "") -> None:
    """The schema of one kind of file, its words in the language spoken."""
    from govcloud.province.kinds import schema_text

    typer.echo(schema_text(kind), nl=False)
