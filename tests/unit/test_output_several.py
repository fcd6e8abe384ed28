"""Several answers as one, what steers a terminal, and how several outcomes are one."""

from __future__ import annotations

import json

import pytest

from govcloud.errors import GRAVEST, ExitCode, GovcloudError, InvalidInput, Place, Problem, gravest
from govcloud.output.document import Branch, Cell, Document, Heading, Paragraph, Table, listed
from govcloud.output.findings import error_document
from govcloud.output.formats import render
from govcloud.text import visible


def test_several_documents_are_one_list_for_machines() -> None:
    one = Document("Plan", {"id": "p-1"}, (Paragraph("first"),))
    wrong = InvalidInput([Problem("input.unreadable", {"reason": "x"}, Place("a.yaml", 3, 1))])
    both = listed([one, error_document(wrong, "a.yaml")])
    told = json.loads(render(both, "json"))
    assert told["kind"] == "PlanList"
    assert [row["kind"] for row in told["data"]] == ["Plan", "Error"]
    assert told["data"][1]["data"]["problems"][0]["line"] == 3
    assert told["data"][1]["data"]["exit_code"] == 2
    assert 'failures="1"' in render(both, "junit")
    assert "a.yaml:3:1" in render(both, "table")


def test_an_error_without_a_place_is_a_finding_too() -> None:
    (found,) = error_document(GovcloudError("province.not-found", start="x"), "a.yaml").findings
    assert (found.status, found.rule) == ("fail", "province.not-found")


@pytest.mark.parametrize("evil", ["\x1b[31m", "\x9b31m", "\x07", "\r", "\u202e", "\u200b"])
def test_nothing_steers_a_terminal(evil: str) -> None:
    """A server's name and a reason are anybody's."""
    table = Table(("name",), ((f"a{evil}b",), (Cell(f"a{evil}b"),)))
    parts = (Heading(f"a{evil}b"), Paragraph(f"a{evil}b"), Branch(Cell(f"a{evil}b")), table)
    shown = render(Document("Drift", None, parts), "table")
    assert evil not in shown
    assert shown.count(visible(f"a{evil}b")) == 5
    assert visible("省云\n\t管") == "省云\n\t管"


def test_of_several_outcomes_the_gravest_counts() -> None:
    assert set(GRAVEST) == set(ExitCode)
    assert gravest([]) == ExitCode.OK
    assert gravest([ExitCode.OK, ExitCode.REFUSED]) == ExitCode.REFUSED
    assert gravest([ExitCode.REFUSED, ExitCode.INVALID, ExitCode.OK]) == ExitCode.INVALID
    assert gravest([ExitCode.RESOURCE, ExitCode.AUTHENTICATION]) == ExitCode.AUTHENTICATION
