"""`explain`: everything has a name, and every name an explanation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from govcloud.cli.app import PANELS
from govcloud.compliance.rules import RULES
from govcloud.errors import ExitCode, UsageError
from govcloud.output.document import Document, Fold, Heading, Paragraph, Table, cell
from govcloud.output.explain import explain_document
from govcloud.output.formats import render
from govcloud.output.topics import error_codes
from govcloud.province.kinds import KINDS, every_key, find_keys
from govcloud.text import LANGUAGES, messages, topics, use_language

PACKAGE = Path(__file__).parents[2] / "govcloud"


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    yield
    use_language("zh")


def _text(document: Document) -> str:
    return render(document, "markdown")


@pytest.mark.parametrize("topic", ["", "rules", "errors", "exit-codes", "recorded", *KINDS, *RULES])
def test_lists_and_rules(topic: str) -> None:
    for language in LANGUAGES:
        use_language(language)
        document = explain_document(topic)
        assert document.parts
        assert document.data
        assert not any(isinstance(part, Fold) for part in document.parts)


@pytest.mark.parametrize(
    ("topic", "names"),
    [
        ("iaas.servers.cpu", ["request iaas.servers.<name>.cpu"]),
        ("iaas.servers.web.cpu", ["request iaas.servers.<name>.cpu"]),
        ("IAAS.Servers.web.CPU", ["request iaas.servers.<name>.cpu"]),
        ("flows[2].to", ["request flows[n].to"]),
        ("flows[2]", ["request flows"]),
        ("flows", ["request flows"]),
        ("iaas.servers.web", ["request iaas.servers"]),
        ("Province.zones.pool", ["province zones.<name>.pool"]),
        ("province.zones.common.pool[0]", ["province zones.<name>.pool"]),
        ("zones", ["province zones", "site zones"]),
        ("TenancyRequest.until", ["request until"]),
        ("until", ["request until", "waivers [n].until"]),
        ("waivers[3].until", ["waivers [n].until"]),
        ("catalogue.os.openeuler-24.03.image", ["province catalogue.os.<name>.image"]),
        ("data.insured.grade", ["request data.<name>.grade"]),
        ("site", ["request site"]),
        ("site.zones", ["site zones"]),
    ],
)
def test_ways_to_name_a_key(topic: str, names: list[str]) -> None:
    assert [f"{key.kind} {key.name}" for key in find_keys(topic)] == names


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_found_by_its_names(kind: str) -> None:
    for key in every_key(kind):
        for name in (f"{kind}.{key.short}", f"{kind}.{key.name.replace('<name>', 'mine').replace('[n]', '[7]')}"):
            assert [found.name for found in find_keys(name)] == [key.name], name


def test_a_key_says_what_is_below_and_which_rule_demands_it() -> None:
    said = _text(explain_document("system"))
    assert "system.mlps.level" in said
    assert "GC-LVL-001" in _text(explain_document("system.mlps"))
    assert "core, important, general" in _text(explain_document("data.grade"))


def test_a_key_says_whether_anything_depends_on_it() -> None:
    use_language("en")
    assert "effect: only recorded" in _text(explain_document("system.purpose"))
    assert "only recorded" not in _text(explain_document("system.mlps.level"))
    told = explain_document("recorded").data
    assert isinstance(told, list)
    assert {key["recorded"] for key in told} == {True}


def test_errors_are_found_with_and_without_their_topic() -> None:
    assert _text(explain_document("unknown-key")) == _text(explain_document("input.unknown-key"))
    assert "<name>" in str(explain_document("unknown-key").data)


def test_every_error_code_is_explained() -> None:
    for code in error_codes():
        assert code in _text(explain_document(code))


def test_every_code_with_a_next_step_is_an_error_code() -> None:
    for topic in topics():
        for name in messages(topic, "zh"):
            if name.endswith(".next") and name.removesuffix(".next") in messages(topic, "zh"):
                assert f"{topic}.{name.removesuffix('.next')}" in error_codes()


def _raised() -> Iterator[str]:
    """Codes that the program's own text gives to an error, a problem or a refusal."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            call = node.exc if isinstance(node, ast.Raise) else node
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
                name = getattr(call.func, "id", getattr(call.func, "attr", ""))
                if isinstance(node, ast.Raise) or name in ("Problem", "Missing", "refuse"):
                    yield str(call.args[0].value)


def test_every_code_that_is_raised_can_be_explained() -> None:
    ids = {f"{topic}.{name}" for topic in topics() for name in messages(topic, "zh")}
    codes = {code for code in _raised() if code in ids}
    assert len(codes) > 50
    assert codes <= set(error_codes()), "give it a .next, or name it in output/topics.py"


def test_every_exit_code_is_explained() -> None:
    for code in ExitCode:
        assert f"{int(code)}" in _text(explain_document(str(int(code))))


@pytest.mark.parametrize(
    ("topic", "near"),
    [
        ("cpu", "iaas.servers.cpu"),
        ("iaas.server.cpu", "iaas.servers.cpu"),
        ("GC-ZONE-05", "GC-ZONE-005"),
        ("unknwon-key", "unknown-key"),
        ("exit-code", "exit-codes"),
        ("requets", "request"),
        ("7", "exit-codes"),
        ("GC", "rules"),
        ("gc-zone", "GC-ZONE-005"),
    ],
)
def test_unknown_topics_come_with_likely_ones(topic: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        explain_document(topic)
    assert caught.value.exit_code == ExitCode.INVALID
    assert near in str(caught.value.params["near"])
    assert len(str(caught.value.params["topic"])) < 100


def test_a_number_is_near_nothing_but_exit_codes() -> None:
    with pytest.raises(UsageError) as caught:
        explain_document("7")
    assert caught.value.params["near"] == "exit-codes"


@pytest.mark.parametrize("topic", ["x" * 100_000, "zzz", "甲"])
def test_nothing_is_called_near_that_is_not(topic: str) -> None:
    with pytest.raises(UsageError) as caught:
        explain_document(topic)
    assert caught.value.code == "explain.no-such-topic"
    assert len(str(caught.value.params["topic"])) < 100


def test_documents_hold_words_only() -> None:
    for topic in ("", "rules", "errors", "exit-codes", "iaas"):
        for part in explain_document(topic).parts:
            match part:
                case Heading(text) | Paragraph(text):
                    assert text
                case Table(columns, rows):
                    assert all(len(row) == len(columns) for row in rows)
                    assert any(cell(value).text for row in rows for value in row)


def test_no_sentence_sends_people_to_a_command_there_is_not() -> None:
    commands = {name for panel in PANELS.values() for name in panel}
    for topic in topics():
        for name, text in messages(topic, "zh").items():
            assert set(re.findall(r"govcloud ([a-z]+)", text)) <= commands, f"{topic}.{name}"
