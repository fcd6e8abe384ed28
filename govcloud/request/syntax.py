"""What the YAML parser complains of, in our words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import yaml
from yaml import tokens as tk

from govcloud.errors import Place, Problem

# what the parser says (libyaml's words, then PyYAML's own) -> our message; else its words are shown
_SYNTAX: Final = (
    ("mapping values are not allowed", "colon"),
    ("could not find expected ':'", "no-colon"),
    ("unexpected end of stream", "unclosed-quote"),
    ("unexpected document indicator", "unclosed-quote"),
    ("escape", "escape"),
    ("block sequence entries are not allowed", "list-here"),
    ("violates indentation", "tab"),
    ("expected node content", "unclosed-bracket"),
    ("expected ',' or", "unclosed-bracket"),
    ("expected alphabetic or numeric", "reserved-character"),
    ("cannot start any token", "reserved-character"),
    ("expected <document start>", "indentation"),
    ("expected '-' indicator", "indentation"),
    ("did not find expected key", "indentation"),
    ("expected <block end>", "indentation"),
)


LOADER: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_KEY: Final = 1024  # characters before a colon: YAML's own limit


def syntax_problem(name: str, text: str, error: yaml.YAMLError) -> Problem:
    """The parser's complaint about `text` as a problem of the file `name`."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = str(getattr(error, "problem", None) or getattr(error, "context", None) or error)
    if mark is None:
        return Problem("input.syntax", {"reason": reason}, Place(name, 1, 1))
    code = next((code for words, code in _SYNTAX if words in reason), "syntax")
    lines = text.splitlines()
    # of `*word` the parser marks the word, not the star
    start = mark.column - 1 if "alphabetic" in reason else mark.column
    found = lines[mark.line][start : start + 1] if mark.line < len(lines) else ""
    if code == "reserved-character" and found == "\t":
        code = "tab"
    elif code == "indentation" and found == ":":
        code = "no-key"
    elif code in ("colon", "no-colon") and max(mark.column, _length(error)) > MAX_KEY:
        code = "long-key"
    elif code in ("colon", "no-colon") and any("：" in line for line in lines[max(mark.line - 1, 0) : mark.line + 1]):
        code = "full-width-colon"
    # that a colon is missing shows only after the line it is missing in
    told = error.context_mark if ":'" in reason and isinstance(error, yaml.MarkedYAMLError) else None
    before = _before(text, mark)
    if code == "unclosed-quote" and isinstance(error, yaml.MarkedYAMLError):
        told = error.context_mark
    elif before.closed is not None:
        code, told = "unclosed-quote", before.closed
    elif code == "unclosed-bracket" and before.opened is not None and _is_over(lines, before.opened, mark):
        told = before.opened
    told = told or mark
    return Problem(f"input.{code}", {"reason": reason, "found": found}, Place(name, told.line + 1, told.column + 1))


@dataclass(frozen=True)
class _Before:
    """What stands before an error: the bracket that is open there, and the quote that a text right before it closed."""

    opened: yaml.Mark | None = None
    closed: yaml.Mark | None = None


def _before(text: str, mark: yaml.Mark) -> _Before:
    """A quote somebody forgot to close ends where the next one was to open; what follows makes no sense there."""
    opened: list[yaml.Mark] = []
    closed: yaml.Mark | None = None
    try:
        for token in yaml.scan(text, Loader=LOADER):
            start, end = token.start_mark, token.end_mark
            if start.index >= mark.index:
                break
            if isinstance(token, tk.FlowSequenceStartToken | tk.FlowMappingStartToken):
                opened.append(start)
            elif isinstance(token, tk.FlowSequenceEndToken | tk.FlowMappingEndToken) and opened:
                opened.pop()
            elif isinstance(token, tk.ScalarToken) and token.style in ("'", '"') and end.index == mark.index:
                closed = start if start.line < end.line else None
    except yaml.YAMLError:
        pass  # the very error we are asked about
    return _Before(opened[-1] if opened else None, closed)


def _is_over(lines: list[str], opened: yaml.Mark, mark: yaml.Mark) -> bool:
    """Has what follows no part in the bracket? It stands no deeper than the line that opened it, or the file ends."""
    if mark.line >= len(lines):
        return True
    return mark.line > opened.line and _indent(lines[mark.line]) <= _indent(lines[opened.line])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _length(error: yaml.YAMLError) -> int:
    """How many characters of what it was reading the parser had seen when it gave up."""
    start, end = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    return end.index - start.index if start and end else 0
