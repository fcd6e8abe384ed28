"""What a scalar type is made of: a parser that takes text and returns a value or refuses, and a JSON Schema.

Nothing is guessed and nothing repaired: what a parser does not understand, it refuses with a message of the
catalogue. The schema says the same to an editor, from the same patterns and limits, as far as it can: an editor
knows a scalar only after YAML has guessed what it is, so a text that may look like a number or like true is allowed
to be one. What remains apart is listed in tests/unit/differing.py, each with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

T = TypeVar("T")
TOLD: Final = "patternErrorMessage"  # a word of the editors, not of JSON Schema


def refuse(code: str, **params: object) -> NoReturn:
    """Stop reading this value; `code` names the message, `rule` in `params` the rule that demands the form."""
    raise PydanticCustomError("govcloud", "{code}", {"code": code, **params})


def as_written(text: str) -> str:
    """The text itself."""
    return text


def read(kind: str, parse: Callable[[str], T], trim: Callable[[str], str] = as_written) -> PlainValidator:
    """Read a value with `parse`; `kind` names what to say when a list or a mapping stands there instead.

    Blanks around are refused like any other character that does not belong there, except what `trim` takes away.
    """

    def validate(value: object) -> T:
        if isinstance(value, str):
            trimmed = trim(value)
            text = trimmed.strip()
            if text and text != trimmed:
                refuse("input.blank-around")
            return parse(text)
        if isinstance(value, list | dict):
            refuse(f"input.expected-{kind}")
        return value  # type: ignore[return-value] # a model made in code brings values of the right type

    return PlainValidator(validate)


def schema(type_: str | list[str], pattern: str, code: str, **more: object) -> WithJsonSchema:
    """What an editor should know of the type; `code` is the message whose next step is shown for a wrong text."""
    return WithJsonSchema({"type": type_, **told(pattern, code), **more})


def told(pattern: str, code: str) -> dict[str, str]:
    """A pattern, with the id of what editors show in its place: nobody reads patterns."""
    return {"pattern": pattern, TOLD: code}


def up_to(limit: int) -> str:
    """A pattern of the whole numbers from 1 to `limit`, as they are written."""
    digits = str(limit)
    if set(digits) == {"9"}:
        return f"[1-9][0-9]{{0,{len(digits) - 1}}}"
    shorter = [up_to(10 ** (len(digits) - 1) - 1)] if len(digits) > 1 else []
    alike = [
        f"{digits[:place]}[{lowest}-{int(digit) - 1}]" + "[0-9]" * (len(digits) - 1 - place)
        for place, digit in enumerate(digits)
        if int(digit) > (lowest := 0 if place else 1)
    ]
    return "|".join([*shorter, *alike, digits])


def matching(pattern: str, code: str) -> Callable[[str], str]:
    """A parser of text that matches `pattern` whole; `code` names the refusal."""

    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            refuse(code, value=text)
        return text

    return parse


def text_like(
    pattern: str, code: str, types: str | list[str] = "string", **more: object
) -> tuple[PlainValidator, WithJsonSchema]:
    """The metadata of a type of text that matches `pattern` whole; `code` names the refusal."""
    return read("text", matching(pattern, code)), schema(types, f"^({pattern})$", code, **more)
