"""What an editor makes of a file: YAML 1.2 as yaml-language-server reads it, then the schema."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, Final

import yaml
from jsonschema import Draft7Validator

from govcloud.province.kinds import schema_text


class _Reader(yaml.SafeLoader):
    """The core schema: numbers, true and false are guessed, dates, yes and no are not."""

    def number(self, node: yaml.ScalarNode) -> int:
        text = self.construct_scalar(node).lower()
        return int(text[2:], {"0x": 16, "0o": 8}[text[:2]]) if text[:2] in ("0x", "0o") else int(text)

    def fraction(self, node: yaml.ScalarNode) -> float:
        text = self.construct_scalar(node).lower()
        return float(text.replace(".inf", "inf").replace(".nan", "nan"))

    def group(self, node: yaml.MappingNode) -> dict[str, Any]:
        """Keys are text in JSON, whatever YAML takes them for."""
        pairs = ((self.construct_object(key), self.construct_object(value, deep=True)) for key, value in node.value)
        return {as_key(key): value for key, value in pairs}


_Reader.yaml_implicit_resolvers = {}
for _tag, _pattern in (
    ("null", r"~|null|Null|NULL|"),
    ("bool", r"true|True|TRUE|false|False|FALSE"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
    ("float", r"[-+]?([.][0-9]+|[0-9]+([.][0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?[.](inf|Inf|INF)|[.](nan|NaN|NAN)"),
):
    _Reader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), None)
_Reader.add_constructor("tag:yaml.org,2002:int", _Reader.number)
_Reader.add_constructor("tag:yaml.org,2002:float", _Reader.fraction)
_Reader.add_constructor("tag:yaml.org,2002:map", _Reader.group)


def as_key(key: object) -> str:
    """A key as JavaScript makes text of what YAML takes it for."""
    if key is None:
        return "null"
    if isinstance(key, bool):
        return str(key).lower()
    if isinstance(key, float) and key.is_integer():
        return str(int(key))
    return str(key).replace("inf", "Infinity").replace("nan", "NaN") if isinstance(key, float) else str(key)


def as_editor(text: str) -> Any:
    """The document as an editor sees it."""
    return yaml.load(text, Loader=_Reader)


def _ecma(schema: Any) -> Any:
    """The schema with patterns as ECMAScript means them: `$` is the very end, not what comes before a line break."""
    if isinstance(schema, list):
        return [_ecma(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _ecma(value) for key, value in schema.items()}
    if isinstance(schema.get("pattern"), str):
        made["pattern"] = _END.sub(r"\\Z", schema["pattern"])
    if isinstance(schema.get("patternProperties"), dict):
        made["patternProperties"] = {_END.sub(r"\\Z", key): made_ for key, made_ in made["patternProperties"].items()}
    return made


_END: Final = re.compile(r"\$(?=[)|]|$)")


@cache
def editor(kind: str, form: str = "") -> Any:
    """What judges a file of a kind, or one form of it, as an editor does."""
    schema = _ecma(json.loads(schema_text(kind)))
    if form and form in schema["definitions"]:
        schema = {"$ref": f"#/definitions/{form}", "definitions": schema["definitions"]}
    return Draft7Validator(schema)


def complaints(kind: str, text: str) -> list[str]:
    """Where an editor marks something in a file of a kind, in order."""
    return sorted(error.json_path.removeprefix("$.") for error in editor(kind).iter_errors(as_editor(text)))
