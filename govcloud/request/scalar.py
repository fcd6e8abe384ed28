"""What a scalar type is made of: a parser that takes text and returns a value or refuses, and a JSON Schema.

Nothing is guessed and nothing repaired: what a parser does not understand, it refuses with a message of the
catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

T = TypeVar("T")


def refuse(code: str, **params: object) -> NoReturn:
    """Stop reading this value; `code` names the message, `rule` in `params` the rule that demands the form."""
    raise PydanticCustomError("govcloud", "{code}", {"code": code, **params})


def read(kind: str, parse: Callable[[str], T]) -> PlainValidator:
    """Read a value with `parse`; `kind` names what to say when a list or a mapping stands there instead."""

    def validate(value: object) -> T:
        if isinstance(value, str):
            return parse(value.strip())
        if isinstance(value, list | dict):
            refuse(f"input.expected-{kind}")
        return value  # type: ignore[return-value] # a model made in code brings values of the right type

    return PlainValidator(validate)


def schema(type_: str | list[str], pattern: str = "", **more: object) -> WithJsonSchema:
    """What an editor should know of the type."""
    return WithJsonSchema({"type": type_, **({"pattern": pattern} if pattern else {}), **more})


def matching(pattern: str, code: str) -> Callable[[str], str]:
    """A parser of text that matches `pattern` whole; `code` names the refusal."""

    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            refuse(code, value=text)
        return text

    return parse


def text_like(pattern: str, code: str, types: str | list[str] = "string") -> tuple[PlainValidator, WithJsonSchema]:
    """The metadata of a type of text that matches `pattern` whole; `code` names the refusal."""
    return read("text", matching(pattern, code)), schema(types, f"^{pattern}$")
