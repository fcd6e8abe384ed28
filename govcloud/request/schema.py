"""JSON Schema of a declared file, for editors: the draft they all know, and nothing they would stumble over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel

from govcloud.request.scalar import TOLD

DRAFT: Final = "http://json-schema.org/draft-07/schema#"  # the newest that yaml-language-server knows whole
Say = Callable[[str], str]


def json_schema(form: type[BaseModel], title: str, describe: Say, advise: Say) -> dict[str, Any]:
    """The schema of a file; `describe` says what a key (`Server.cpu`) or a form (`Server`) means.

    `advise` says what to write where a text does not match its pattern, by the id of the message.

    A key may be absent and is never null. Unknown keys are refused, names that are none too.
    """
    made = form.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    definitions = made.pop("$defs", {})
    root = _form(made, form.__name__, describe)
    if root["type"] == "array":
        root["type"] = ["array", "null"]  # a list of which nothing but comments is left
    schema = {
        "$schema": DRAFT,
        "title": title,
        **{key: value for key, value in root.items() if key != "title"},
        "definitions": {name: _form(definition, name, describe) for name, definition in sorted(definitions.items())},
    }
    return {key: _advised(value, advise) for key, value in schema.items()}


def _advised(schema: Any, advise: Say) -> Any:
    """The schema with the words that editors show in the place of a pattern."""
    if isinstance(schema, list):
        return [_advised(item, advise) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: advise(value) if key == TOLD else _advised(value, advise) for key, value in schema.items()}


def _form(schema: Mapping[str, Any], name: str, describe: Say) -> dict[str, Any]:
    """A form's schema, its keys explained."""
    plain: dict[str, Any] = _plain(schema)
    if "properties" in plain:
        plain["description"] = describe(name)
        keys = plain["properties"].items()
        plain["properties"] = {key: {"description": describe(f"{name}.{key}"), **_alone(value)} for key, value in keys}
    else:
        plain.pop("description", None)  # the docstring of a list of forms
    return plain


def _alone(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema that may have words beside it: beside a bare `$ref` this draft lets nothing stand."""
    return {"allOf": [schema]} if "$ref" in schema else schema


def _plain(schema: Any) -> Any:
    """The schema without pydantic's titles, without null, without defaults that are no values of the file."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _plain(value) for key, value in schema.items() if key not in ("title", "rule", "default")}
    if "properties" in schema:
        kept["properties"] = {key: _plain(value) for key, value in schema["properties"].items()}
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
        if "minLength" in kept:  # pydantic's slip where a short form stands before the mapping
            kept["minProperties"] = kept.pop("minLength")
    if _is_word(schema.get("default"), schema):
        kept["default"] = schema["default"]
    choices = [choice for choice in kept.pop("anyOf", ()) if choice != {"type": "null"}]
    return {**kept, **choices[0]} if len(choices) == 1 else {**kept, **({"anyOf": choices} if choices else {})}


def _is_word(default: object, schema: Mapping[str, Any]) -> bool:
    """Is the default what somebody could have written? 0 of a share is written 0%, an empty group not at all."""
    types = {"string": str, "boolean": bool, "integer": int}
    named = schema.get("type", ())
    return any(type(default) is types.get(name) for name in ([named] if isinstance(named, str) else named))
