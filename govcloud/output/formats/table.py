"""For a person at a terminal."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text
from rich.tree import Tree

from govcloud.output.document import Branch, Cell, Document, Fold, Heading, Paragraph, Part, Table, Tone, cell
from govcloud.text import visible

STYLES: Final[dict[Tone, str]] = {
    "plain": "",
    "good": "green",
    "bad": "bold red",
    "warn": "yellow",
    "dim": "dim",
    "strong": "bold",
}


def render(document: Document) -> str:
    """Text as wide as the terminal, coloured where stdout is one (NO_COLOR and FORCE_COLOR are obeyed).

    Where stdout is no terminal nothing is cut: a table is as wide as it needs to be.
    """
    stream = io.StringIO()
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal or "COLUMNS" in os.environ else 10_000
    colour = (terminal or bool(os.environ.get("FORCE_COLOR"))) and not os.environ.get("NO_COLOR")
    console = Console(file=stream, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    _print(console, document.parts)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def _print(console: Console, parts: Iterable[Part]) -> None:
    for part in parts:
        match part:
            case Heading(text):
                console.print(Padding(Text(visible(text), "bold"), (1, 0, 0, 0)))
            case Paragraph(text, tone):
                console.print(Text(visible(text), STYLES[tone]))
            case Table():
                console.print(_table(part))
            case Branch():
                console.print(_tree(part))
            case Fold(summary, parts=inner):
                console.print(Padding(Text(visible(summary), "bold"), (1, 0, 0, 0)))
                _print(console, inner)


def _styled(value: str | Cell) -> Text:
    shown = cell(value)
    return Text(visible(shown.text), STYLES[shown.tone])


def _table(part: Table) -> RichTable:
    table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold dim")
    for column in part.columns:
        table.add_column(column, overflow="fold")
    for row in part.rows:
        table.add_row(*map(_styled, row))
    return table


def _tree(branch: Branch, tree: Tree | None = None) -> Tree:
    node = Tree(_styled(branch.label)) if tree is None else tree.add(_styled(branch.label))
    for inner in branch.branches:
        _tree(inner, node)
    return node
