"""The page: it stands alone, it is escaped, it speaks the language spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from govcloud.output.document import Branch, Cell, Document, Fold, Heading, Paragraph, Table
from govcloud.output.formats import render
from govcloud.text import LANGUAGES, Language, use_language

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7*7 }}{% raw %}"
VOID = {"meta", "img", "br"}


class Reader(HTMLParser):
    """Tags, attributes and text of a page; every tag that opens must close."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= attrs
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _document(word: str) -> Document:
    table = Table((word, "b"), ((word, Cell(word, "bad")), ("x", Cell("y", "good"))))
    tree = Branch(Cell(word, "warn"), (Branch(Cell("inner"), (Branch(Cell(word)),)),))
    fold = Fold(word, (Paragraph(word, "dim"), Fold("deeper", (table,))))
    return Document("Plan", None, (Heading(word), Paragraph(f"{word}\nsecond line", "strong"), table, tree, fold))


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    yield
    use_language("zh")


def test_nothing_of_a_person_takes_effect() -> None:
    tame, evil = (Reader(render(_document(word), "html")) for word in ("WORD", EVIL))
    assert tame.tags == evil.tags
    assert evil.text.count(EVIL) == tame.text.count("WORD") == 13


def test_the_page_fetches_nothing() -> None:
    page = render(_document("word"), "html")
    assert not re.search(r"https?:|//|url\(|@import|<script|<link|\bon\w+=", page)
    assert "default-src 'none'" in page
    assert Reader(page).attributes.keys() >= {"charset", "lang", "open"}, "folds are open, for paper has no clicks"


@pytest.mark.parametrize(("language", "code", "word"), [("zh", "zh-CN", "北京时间"), ("en", "en", "made by govcloud")])
def test_the_page_speaks(language: Language, code: str, word: str) -> None:
    use_language(language)
    page = render(_document("word"), "html")
    assert f'<html lang="{code}">' in page
    assert word in page


def test_a_document_begins_with_its_title_once() -> None:
    assert Reader(render(_document("word"), "html")).tags.count("h2") == 0
    for language in LANGUAGES:
        use_language(language)
        many = Document("Validation", None, (Heading("a.yaml"), Heading("b.yaml")))
        assert Reader(render(many, "html")).tags.count("h2") == 2
    assert "<h1>Empty</h1>" in render(Document("Empty", None, ()), "html")
