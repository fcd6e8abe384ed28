"""`govcloud config show [--origin]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import typer

from govcloud.cli.options import Lang, PlainFormat
from govcloud.text import say

Origin = Annotated[bool, typer.Option("--origin", help=say("cli.config.option.origin"))]


def show(origin: Origin = False, output: PlainFormat = "", lang: Lang = "") -> None:
    """Settings and folders; nothing is made."""
    from govcloud.cli import printing
    from govcloud.output.config import config_document

    printing.show(config_document(origin=origin), output)


COMMANDS: Final[dict[str, Callable[..., object]]] = {"show": show}
