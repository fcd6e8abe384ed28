"""SARIF 2.1.0, which code forges and CI show beside the line that caused a finding."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import govcloud
from govcloud.output.document import Document, Finding
from govcloud.text import language

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
# GitHub and GitLab sort by this number: over 9.0 is critical, over 7.0 high, over 4.0 medium
SECURITY: Final = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}
SPOKEN: Final = {"zh": "zh-CN", "en": "en-US"}


def render(document: Document) -> str:
    """What failed, and what is waived (suppressed, with its reason); a pass is no result."""
    told = [finding for finding in document.findings if finding.status in ("fail", "waived")]
    ids = list(dict.fromkeys(finding.rule for finding in told))
    rules = [_rule([finding for finding in told if finding.rule == id_]) for id_ in ids]
    driver = {"name": "govcloud", "version": govcloud.__version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "language": SPOKEN[language()],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, ids.index(finding.rule)) for finding in told],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(findings: Sequence[Finding]) -> dict[str, Any]:
    """A rule by what its findings say of it, whichever they are; it weighs as much as the gravest."""
    first = min(findings, key=lambda finding: list(LEVELS).index(finding.severity))
    lines = [line for line in (first.advice, first.clause) if line]
    return {
        "id": first.rule,
        "shortDescription": {"text": first.title},
        "fullDescription": {"text": first.title},
        "help": {"text": "\n".join([first.title, *lines]), "markdown": "\n\n".join([f"**{first.title}**", *lines])},
        "defaultConfiguration": {"level": LEVELS[first.severity]},
        "properties": {"security-severity": SECURITY[first.severity], "tags": ["security", "compliance"]},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    remedy = f"\n→ {finding.remedy}" if finding.remedy else ""
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": f"{finding.message}{remedy}"},
        "locations": [_location(finding)],
        "partialFingerprints": {"govcloud/v1": _fingerprint(finding)},
    }
    if finding.status == "waived":
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": finding.message}]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if finding.place is not None:
        region = {"startLine": finding.place.line, "startColumn": finding.place.column}
        location["physicalLocation"] = {"artifactLocation": {"uri": _uri(finding.place.file)}, "region": region}
    if finding.subject:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.subject}]
    return location


def _uri(file: str) -> str:
    """A relative path stays relative, for forges know the repository's root; blanks and Chinese are escaped."""
    return Path(file).as_uri() if Path(file).is_absolute() else quote(file)


def _fingerprint(finding: Finding) -> str:
    """The same finding keeps it when lines move."""
    file = finding.place.file if finding.place else ""
    return hashlib.sha256(f"{finding.rule}\n{file}\n{finding.subject}".encode("utf-8", "replace")).hexdigest()[:32]
