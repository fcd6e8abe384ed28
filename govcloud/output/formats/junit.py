"""JUnit XML, which every CI shows as test results: a suite per file, a case per verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final
from xml.etree import ElementTree as ET

from govcloud.output.document import Document, Finding

# what XML 1.0 cannot hold, escaped or not
_UNSAYABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SKIPPED: Final = ("waived", "not-evaluated", "not-applicable")


def render(document: Document) -> str:
    """Failures with place, reason and remedy; what could not be told, does not apply or is waived was skipped."""
    root = ET.Element("testsuites", _counts(document.findings, "govcloud"))
    for file, findings in groupby(sorted(document.findings, key=_file), key=_file):
        some = list(findings)
        suite = ET.SubElement(root, "testsuite", _counts(some, file or document.kind))
        for finding in some:
            _case(suite, finding)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _file(finding: Finding) -> str:
    return finding.place.file if finding.place else ""


def _counts(findings: Sequence[Finding], name: str) -> dict[str, str]:
    failures = sum(finding.status == "fail" for finding in findings)
    skipped = sum(finding.status in _SKIPPED for finding in findings)
    counts = {"tests": len(findings), "failures": failures, "errors": 0, "skipped": skipped}
    return {"name": _sayable(name), **{key: str(count) for key, count in counts.items()}, "time": "0"}


def _case(suite: ET.Element, finding: Finding) -> None:
    name = f"{finding.rule} {finding.title} {finding.subject}".strip()
    place = {"file": finding.place.file, "line": str(finding.place.line)} if finding.place else {}
    attributes = {"classname": finding.rule, "name": name, **place, "time": "0"}
    case = ET.SubElement(suite, "testcase", {key: _sayable(value) for key, value in attributes.items()})
    if finding.status == "fail":
        failure = ET.SubElement(case, "failure", {"type": finding.severity, "message": _sayable(finding.message)})
        lines = (f"{finding.place or finding.subject}: {finding.message}", finding.remedy, finding.clause)
        failure.text = _sayable("\n".join(line for line in lines if line))
    elif finding.status in _SKIPPED:
        ET.SubElement(case, "skipped", {"message": _sayable(finding.message)})


def _sayable(text: str) -> str:
    return _UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", text)
