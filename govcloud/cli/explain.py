"""`govcloud explain [TOPIC]`: a key, a rule, an error code, an exit code."""

from __future__ import annotations

from typing import Annotated

import typer

from govcloud.cli.options import Lang, PlainFormat
from govcloud.text import say

Topic = Annotated[str, typer.Argument(metavar="TOPIC", help=say("cli.argument.topic"))]


def explain(topic: Topic = "", output: PlainFormat = "", lang: Lang = "") -> None:
    """What it means and how it is written; without a topic, what can be asked."""
    from govcloud.cli import printing
    from govcloud.output.explain import explain_document

    printing.show(explain_document(topic), output)
