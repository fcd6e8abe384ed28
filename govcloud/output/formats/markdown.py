"""For a comment on a merge request."""

from __future__ import annotations

from collections.abc import Iterable

from govcloud.output.document import Branch, Cell, Document, Fold, Heading, Paragraph, Part, Table, cell

# comments on the usual forges end at 65,536 characters
LIMIT = 60_000


def render(document: Document) -> str:
    """Markdown of at most 60,000 characters; what is cut is said."""
    text = whole(document)
    return text if len(text) <= LIMIT else text[: LIMIT - 40].rpartition("\n")[0] + "\n\n…\n"


def whole(document: Document) -> str:
    """All of it, for a file."""
    return "\n".join(_lines(document.parts)).strip() + "\n"


def _lines(parts: Iterable[Part]) -> Iterable[str]:
    for part in parts:
        match part:
            case Heading(text):
                yield from ("", f"### {_safe(text)}", "")
            case Paragraph(text):
                yield from (_safe(text), "")
            case Table(columns, rows):
                yield ""
                yield _row(columns)
                yield _row(["---"] * len(columns))
                yield from map(_row, rows)
                yield ""
            case Branch():
                yield from _branch(part, 0)
            case Fold(summary, parts=inner):
                yield from ("", f"<details><summary>{_safe(summary)}</summary>", "")
                yield from _lines(inner)
                yield from ("", "</details>", "")


def _row(cells: Iterable[str | Cell]) -> str:
    return "| " + " | ".join(_safe(cell(value).text).replace("|", "\\|") for value in cells) + " |"


def _branch(branch: Branch, depth: int) -> Iterable[str]:
    yield f"{'  ' * depth}- {_safe(branch.label.text)}"
    for inner in branch.branches:
        yield from _branch(inner, depth + 1)


def _safe(text: str) -> str:
    """Names come from people: no markup of theirs may take effect in a comment."""
    tame = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>").replace("@", "&#64;")
    # neither a link nor a picture that calls home, nor the definition of one
    return tame.replace("](", "]\\(").replace("]:", "]\\:")
