"""What a command has to say, before anyone decided how it looks.

A document carries the same answer twice: `data` for machines (json, yaml) and `parts` for people (table,
markdown, html); `findings` are what sarif and junit report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from govcloud.errors import Place

Tone = Literal["plain", "good", "bad", "warn", "dim", "strong"]
Data = None | bool | int | float | str | Sequence["Data"] | Mapping[str, "Data"]


@dataclass(frozen=True)
class Cell:
    """A word or two with a tone; the tone never carries meaning alone."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Heading:
    """A title over the parts that follow."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """One or more sentences."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Table:
    """Rows under named columns; a plain string is a cell of plain tone."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | Cell, ...], ...]


@dataclass(frozen=True)
class Branch:
    """A node of a tree."""

    label: Cell
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True)
class Fold:
    """Details that a reader may skip: folded in markdown and html."""

    summary: str
    parts: tuple[Part, ...]


Part = Heading | Paragraph | Table | Branch | Fold


@dataclass(frozen=True)
class Finding:
    """One verdict as reports show it: which rule, on what, where in the file, why, and what to do.

    `remedy` is what to do about this one, `advice` what to do about any that breaks the rule, where there is such.
    """

    rule: str
    status: Literal["pass", "fail", "not-applicable", "not-evaluated", "waived"]
    severity: Literal["critical", "high", "medium", "low"]
    title: str
    subject: str
    message: str
    remedy: str = ""
    clause: str = ""
    place: Place | None = None
    advice: str = ""


@dataclass(frozen=True)
class Document:
    """One answer; `kind` is its apiVersion/kind word in machine formats."""

    kind: str
    data: Data
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()


def listed(documents: Sequence[Document]) -> Document:
    """Several answers of one command as one: their data in a list, their parts and findings one after the other.

    It is called after what was asked for, though some of it may be errors.
    """
    kind = next((one.kind for one in documents if one.kind != "Error"), "Error")
    return Document(
        f"{kind}List",
        [{"kind": one.kind, "data": one.data} for one in documents],
        tuple(part for one in documents for part in one.parts),
        tuple(finding for one in documents for finding in one.findings),
    )


def cell(value: str | Cell) -> Cell:
    """A cell, whatever was given."""
    return value if isinstance(value, Cell) else Cell(value)
