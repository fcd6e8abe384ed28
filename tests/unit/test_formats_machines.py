"""SARIF and JUnit, by what their readers need of them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from govcloud.compliance import words
from govcloud.compliance.rules import RULES
from govcloud.compliance.validation import requests_in, validate
from govcloud.errors import Place
from govcloud.output.document import Document, Finding
from govcloud.output.formats import FORMATS, render
from govcloud.output.validation import validation_document
from govcloud.text import use_language

ROOT = Path(__file__).parents[2]
TODAY = dt.date(2026, 11, 24)
NASTY = "<a href='x'>&amp; \"]]> \x00\x1b\ud800 ${x} {{ y }} \U0001f600"
PLACE = Place("departments/hrss/社保 系统.production.yaml", 12, 7)
FAILED = Finding("GC-ZONE-005", "fail", "high", "标题", "flows[0]", "开放了 8080", "改为 443", "GB/T 22239", PLACE)
DOCUMENT = Document(
    "Validation",
    None,
    (),
    (
        FAILED,
        Finding("GC-ZONE-005", "fail", "low", "标题", "flows[1]", "另一处", "改为 443", "GB/T 22239", PLACE),
        Finding("GC-DAT-002", "waived", "medium", "数据", "data", "豁免至 2027-03-31：旧系统", place=PLACE),
        Finding("GC-LOC-001", "not-evaluated", "critical", "境内", "site", "没有读到"),
        Finding("GC-MDM-005", "not-applicable", "high", "区划", "", "没有"),
        Finding("GC-SG-002", "pass", "critical", "端口", "web", "端口"),
        Finding("input.syntax", "fail", "critical", "格式", NASTY, NASTY, NASTY, NASTY, None),
    ),
)


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    yield
    use_language("zh")


def _examples() -> Document:
    files = [file for folder in ("examples/province", "examples/broken") for file in requests_in(ROOT / folder)]
    return validation_document([validate(file, TODAY) for file in files])


def _sarif(document: Document) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render(document, "sarif"))
    return log


@pytest.mark.parametrize("document", [DOCUMENT, _examples(), Document("X", None, ())], ids=["all", "examples", "empty"])
def test_sarif_has_the_structure_its_schema_demands(document: Document) -> None:
    log = _sarif(document)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    assert re.fullmatch(r"[a-zA-Z]{2}(-[a-zA-Z]{2})?", run["language"])
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids)), "reportingDescriptors are unique"
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
        assert isinstance(rule["properties"]["security-severity"], str), "forges want it as text"
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
        for location in result["locations"]:
            assert location.keys() <= {"physicalLocation", "logicalLocations"}
            physical = location.get("physicalLocation")
            if physical:
                assert re.fullmatch(r"[!-~]+", physical["artifactLocation"]["uri"]), "a URI, not a path"
                assert physical["region"]["startLine"] >= 1
                assert physical["region"]["startColumn"] >= 1


def test_sarif_tells_what_failed_and_suppresses_what_is_waived() -> None:
    (run,) = _sarif(DOCUMENT)["runs"]
    told = [(result["ruleId"], result["level"], "suppressions" in result) for result in run["results"]]
    assert told == [
        ("GC-ZONE-005", "error", False),
        ("GC-ZONE-005", "note", False),
        ("GC-DAT-002", "warning", True),
        ("input.syntax", "error", False),
    ]
    assert run["results"][2]["suppressions"][0]["justification"] == "豁免至 2027-03-31：旧系统"
    physical = run["results"][0]["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == (
        "departments/hrss/%E7%A4%BE%E4%BF%9D%20%E7%B3%BB%E7%BB%9F.production.yaml"
    )
    assert physical["region"] == {"startLine": 12, "startColumn": 7}
    assert run["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == "8.0", "as its gravest finding"


def test_a_fingerprint_stays_when_lines_move() -> None:
    moved = Finding(**{**vars(FAILED), "place": Place(PLACE.file, 99, 1), "message": "other words"})
    other = Finding(**{**vars(FAILED), "subject": "flows[1]"})
    prints = [_sarif(Document("X", None, (), (f,)))["runs"][0]["results"][0] for f in (FAILED, moved, other)]
    first, second, third = (result["partialFingerprints"]["govcloud/v1"] for result in prints)
    assert first == second != third


def test_sarif_advises_on_a_rule_in_general_and_on_a_result_in_particular() -> None:
    use_language("en")
    (run,) = _sarif(_examples())["runs"]
    rules = {rule["id"]: rule["help"]["text"] for rule in run["tool"]["driver"]["rules"]}
    told = [result["message"]["text"] for result in run["results"] if result["ruleId"] == "input.missing"]
    for key in ("environment", "flows[1].reason"):
        assert any(f"add {key};" in text for text in told)
    assert "add" not in rules["input.missing"]
    assert words.remedy(RULES["GC-LVL-001"]) in rules["GC-LVL-001"]


def test_sarif_names_the_rule_of_a_wrong_form_by_its_title() -> None:
    (run,) = _sarif(_examples())["runs"]
    titles = {rule["id"]: rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"]}
    assert titles["GC-LVL-001"] == "写明等级保护级别及其定级依据"
    use_language("en")
    assert _sarif(_examples())["runs"][0]["language"] == "en-US"


def _junit(document: Document) -> ET.Element:
    return ET.fromstring(render(document, "junit"))


@pytest.mark.parametrize("document", [DOCUMENT, _examples(), Document("X", None, ())], ids=["all", "examples", "empty"])
def test_junit_counts_what_it_holds(document: Document) -> None:
    root = _junit(document)
    assert root.tag == "testsuites"
    for counted in (root, *root.findall("testsuite")):
        assert int(counted.attrib["tests"]) == len(counted.findall(".//testcase"))
        assert int(counted.attrib["failures"]) == len(counted.findall(".//failure"))
        assert int(counted.attrib["skipped"]) == len(counted.findall(".//skipped"))
    assert int(root.attrib["tests"]) == len(document.findings)
    for case in root.iter("testcase"):
        assert case.attrib["name"]
        assert case.attrib["classname"]


def test_junit_has_a_suite_per_file_and_a_case_per_verdict() -> None:
    root = _junit(DOCUMENT)
    assert [suite.attrib["name"] for suite in root] == ["Validation", PLACE.file]
    failure = root.find(".//testcase[@classname='GC-ZONE-005']/failure")
    assert failure is not None
    assert failure.attrib["message"] == "开放了 8080"
    assert failure.text == f"{PLACE}: 开放了 8080\n改为 443\nGB/T 22239"
    waived = root.find(".//testcase[@classname='GC-DAT-002']/skipped")
    assert waived is not None
    assert root.find(".//testcase[@classname='GC-SG-002']/*") is None


def test_junit_of_right_files_has_passes_to_show() -> None:
    document = validation_document([validate(f, TODAY) for f in requests_in(ROOT / "examples/province")])
    root = _junit(document)
    assert int(root.attrib["tests"]) > 30
    assert root.attrib["failures"] == "0"


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_takes_every_document_and_ends_its_line(form: str) -> None:
    for document in (DOCUMENT, _examples(), Document("X", [], ())):
        text = render(document, form)
        assert text.endswith("\n")
        assert "\x1b" not in text or form == "table"
