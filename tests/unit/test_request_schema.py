"""Schemas as an editor reads them: it accepts what we accept, and marks what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft7Validator

from govcloud.province.kinds import KINDS, every_key, schema_text
from govcloud.request.decode import decode
from govcloud.request.model import Request
from govcloud.request.parse import parse
from govcloud.text import LANGUAGES, messages, use_language
from tests.unit.editor import as_editor, complaints
from tests.unit.test_request_cases import BASE, _cases, _text

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
FILES: Final = {
    "request": [*EXAMPLES.glob("province/departments/*/*.*.yaml")],
    "province": [EXAMPLES / "province/province.yaml"],
    "site": [*EXAMPLES.glob("province/sites/*.yaml")],
    "department": [*EXAMPLES.glob("province/departments/*/department.yaml")],
    "waivers": [*EXAMPLES.glob("province/waivers.yaml")],
}


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    yield
    use_language("zh")


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nodes(inner)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_what_editors_know(kind: str, language: Any) -> None:
    use_language(language)
    schema = json.loads(schema_text(kind))
    Draft7Validator.check_schema(schema)
    for node in _nodes(schema):
        assert node.get("type") != "null", "a key may be absent, never null"
        assert not isinstance(node.get("pattern"), str) or node["patternErrorMessage"].isprintable(), "unreadable"
        for pattern in [node["pattern"]] if isinstance(node.get("pattern"), str) else node.get("patternProperties", ()):
            assert {*re.findall(r"\\(.)", pattern)} <= {*"xuns.*"}, (
                "editors know no other escapes in their Unicode mode"
            )
        assert "$ref" not in node or len(node) == 1, "nothing stands beside a $ref in this draft"
        assert node.get("type") != "object" or node.get("additionalProperties") is not None, "unknown keys"
    for name, form in {**schema["definitions"], "": schema}.items():
        for key, value in form.get("properties", {}).items():
            assert value["description"], (name, key)


@pytest.mark.parametrize(("kind", "file"), [(kind, file) for kind, files in FILES.items() for file in files])
def test_an_editor_accepts_the_examples(kind: str, file: Path) -> None:
    assert complaints(kind, file.read_text("utf-8")) == []


def test_an_editor_marks_the_broken_example() -> None:
    text = (EXAMPLES / "broken/training.test.yaml").read_text("utf-8")
    assert complaints("request", text) == [
        "$",  # environment is missing
        "$",  # enviroment is unknown
        "data",
        "flows[0].ports[0]",
        "flows[1]",
        "iaas.servers.web.memory",
        "iaas.servers.web.volumes.files",
        "system.classified",
        "system.mlps",
    ]


def test_an_all_digit_credit_code_is_a_number_to_an_editor() -> None:
    text = BASE.replace("11330000123456788K", "113300000029384738")
    assert isinstance(as_editor(text)["department"], int)
    assert complaints("request", text) == []


@pytest.mark.parametrize("case", [case for case in _cases() if "problems" not in case.values[0]])
def test_an_editor_accepts_what_we_accept(case: Any) -> None:
    assert complaints("request", _text(case)) == []


def test_defaults_are_what_one_could_write() -> None:
    for kind in KINDS:
        for node in _nodes(json.loads(schema_text(kind))):
            if "default" in node and "properties" not in node:
                assert list(Draft7Validator(node).iter_errors(node["default"])) == []


def _forms() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind in KINDS:
        for key in every_key(kind):
            found.setdefault(key.form, set()).add(key.path[-1])
    return found


def test_every_key_and_form_has_a_sentence_and_no_sentence_is_left_over() -> None:
    expected = {f"{form}.{key}" for form, keys in _forms().items() for key in keys} | set(_forms())
    for language in LANGUAGES:
        assert set(messages("keys", language)) == expected


def _examples() -> Iterator[Any]:
    for language in LANGUAGES:
        for name, text in messages("keys", language).items():
            if "." in name:
                yield pytest.param(name, text.format().rpartition("`")[0].rpartition("`")[2], id=f"{language}-{name}")


@pytest.mark.parametrize(("name", "example"), list(_examples()))
def test_the_example_of_a_key_can_be_read(name: str, example: str) -> None:
    form, _, key = name.partition(".")
    (owner,) = {k.spot.owner for kind in KINDS for k in every_key(kind) if k.form == form}
    assert owner is not None
    _, problems = decode(parse(example, "example"), owner)
    assert [p for p in problems if p.code not in ("input.missing", "input.wrong-kind")] == []
    assert example.startswith(f"{key}:")


def test_the_keys_of_a_request_are_the_models() -> None:
    assert {key.path[0] for key in every_key("request")} == {f.alias or n for n, f in Request.model_fields.items()}
