"""What the YAML parser complains of, in our words."""

from __future__ import annotations

from typing import Final

import yaml

from govcloud.errors import Place, Problem

# what the parser says (libyaml's words, then PyYAML's own) -> our message; else its words are shown
_SYNTAX: Final = (
    ("mapping values are not allowed", "colon"),
    ("could not find expected ':'", "no-colon"),
    ("unexpected end of stream", "unclosed-quote"),
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
    told = told or mark
    return Problem(f"input.{code}", {"reason": reason, "found": found}, Place(name, told.line + 1, told.column + 1))


def _length(error: yaml.YAMLError) -> int:
    """How many characters of what it was reading the parser had seen when it gave up."""
    start, end = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    return end.index - start.index if start and end else 0
