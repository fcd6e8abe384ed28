"""One page that needs nothing else: for the assessor's folder, and for paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

import govcloud
from govcloud.output.document import Document, Heading, Part, cell
from govcloud.text import language, say, says


def render(document: Document) -> str:
    """A page in the language spoken; everything in it is escaped, nothing is fetched."""
    title, parts = _titled(document)
    now = dt.datetime.now(ZoneInfo("Asia/Shanghai"))
    made = say("output.html.made", version=govcloud.__version__, time=f"{now:%Y-%m-%d %H:%M}")
    lang = {"zh": "zh-CN", "en": "en"}[language()]
    return _page().render(lang=lang, title=title, parts=parts, made=made).lstrip()


def _titled(document: Document) -> tuple[str, Sequence[Part]]:
    """The page's title, and what follows: a document of many has one of its own, another begins with it."""
    first, *rest = document.parts or (Heading(document.kind),)
    if says(f"output.kind.{document.kind}"):
        return say(f"output.kind.{document.kind}"), document.parts
    return (first.text, rest) if isinstance(first, Heading) else (document.kind, document.parts)


@cache
def _page() -> Template:
    environment = Environment(
        loader=PackageLoader("govcloud", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = _kind
    environment.filters["cell"] = cell
    return environment.get_template("report/page.html.j2")


def _kind(part: Part) -> str:
    return type(part).__name__
