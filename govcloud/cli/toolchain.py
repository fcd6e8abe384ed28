"""`govcloud toolchain install|show`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import typer

from govcloud.cli.options import Events, Lang, PlainFormat
from govcloud.text import say


def install(events: Events = False, lang: Lang = "") -> None:
    """Build what is missing; says what is used from where."""
    from govcloud import toolchain
    from govcloud.output.progress import watch

    with watch(events=events) as notify:
        ready = toolchain.install(notify)
    if not events:
        typer.echo(say("toolchain.ready", engine=ready.engine.version, provider=ready.provider.version))


def show(form: PlainFormat = "", lang: Lang = "") -> None:
    """What is used from where; ends with an error where something is missing."""
    from dataclasses import asdict

    from govcloud import toolchain
    from govcloud.cli import printing
    from govcloud.output.document import Cell, Data, Document, Table

    details = [toolchain.inspect(sighting) for sighting in toolchain.look().values()]
    columns = ("what", "version", "origin", "go", "path", "sha256")
    rows = tuple(
        (
            say(f"toolchain.name.{one.name}"),
            one.version or one.wanted,
            say(f"toolchain.origin.{one.origin}") if one.origin else Cell(say("toolchain.absent"), "bad"),
            one.go,
            one.path,
            one.sha256,
        )
        for one in details
    )
    table = Table(tuple(say(f"toolchain.column.{column}") for column in columns), rows)
    data: Data = {one.name: asdict(one) for one in details}
    printing.show(Document("Toolchain", data, (table,)), form)
    toolchain.find()  # says what is missing and what to type


COMMANDS: Final[dict[str, Callable[..., object]]] = {"install": install, "show": show}
