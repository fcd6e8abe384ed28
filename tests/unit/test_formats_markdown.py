"""Markdown for a comment: what people wrote stays text."""

from __future__ import annotations

import pytest

from govcloud.output.document import Branch, Cell, Document, Fold, Heading, Paragraph, Table
from govcloud.output.formats import render

EVIL = "<img src=x> @everyone ![p](https://a.example/p) [l]: https://a.example | end"


def test_nothing_of_a_person_takes_effect() -> None:
    parts = (Heading(EVIL), Paragraph(EVIL), Table((EVIL,), ((EVIL,),)), Branch(Cell(EVIL)), Fold(EVIL, ()))
    text = render(Document("Plan", None, parts), "markdown")
    assert text.count("end") == 6
    for sign in ("<img", "@everyone", "](", "]:"):
        assert sign not in text


@pytest.mark.parametrize("rows", [1, 5_000])
def test_a_comment_stays_within_what_forges_take(rows: int) -> None:
    text = render(Document("Plan", None, (Table(("a",), (("x" * 50,),) * rows),)), "markdown")
    assert len(text) <= 60_000
    assert ("…" in text) == (rows > 1)
