"""Output formats: one file each, and one line here."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    # help texts name the formats, and must not wait for what draws them
    from govcloud.output.document import Document

# Each module offers render(document) -> str; it is imported when it is asked for.
FORMATS: Final = ("table", "json", "yaml", "markdown", "sarif", "junit", "html")
# formats of findings alone: of a command that judges nothing they would say that all is well
REPORTS: Final = ("sarif", "junit")
PLAIN: Final = tuple(form for form in FORMATS if form not in REPORTS)
# formats of which several in a row are one
STREAMED: Final = ("table", "markdown")


def render(document: Document, form: str) -> str:
    """The document in the format `form`, one of FORMATS, ending with a newline."""
    if form not in FORMATS:
        raise KeyError(form)
    text: str = importlib.import_module(f"govcloud.output.formats.{form}").render(document)
    text = text.encode("utf-8", "backslashreplace").decode()  # half a surrogate pair, from a file's name
    return text if text.endswith("\n") else text + "\n"
