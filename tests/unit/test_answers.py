"""What a command prints when something goes wrong: for machines too, and once."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govcloud.cli.failing import Each, tell
from govcloud.cli.printing import answering, show_error
from govcloud.errors import (
    Cancelled,
    ExitCode,
    GovcloudError,
    Interrupted,
    InvalidInput,
    Problem,
    Refused,
    ResourceFailed,
    UsageError,
    gravest,
)
from govcloud.output.document import Document, Paragraph
from govcloud.text import use_language

LOSS = Refused("plan.loses-data", steps="server web-1", flags='--allow-data-loss "server web-1"', also="")
PLAN = Document("Plan", {"id": "p-1"}, (Paragraph("first"),))


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh")


def _told(error: GovcloudError, form: str, capsys: pytest.CaptureFixture[str], **parameters: Any) -> str:
    show_error(error, {"output": form, **parameters}, "govcloud apply")
    return capsys.readouterr().out


@pytest.mark.parametrize("form", ["json", "yaml", "markdown", "sarif", "junit", "html"])
def test_a_refusal_is_an_answer_in_every_format(form: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    request = tmp_path / "a.test.yaml"
    request.touch()
    for target in (str(request), "t-aaaaaa"):
        told = _told(LOSS, form, capsys, target=target)
        assert "server web-1" in told
        assert "--allow-data-loss" in told, "the next thing to type"
        if form == "sarif":
            (result,) = json.loads(told)["runs"][0]["results"]
            assert ("physicalLocation" in result["locations"][0]) == (target != "t-aaaaaa")


@pytest.mark.parametrize("form", ["table", "handover", ""])
def test_a_person_reads_it_on_stderr_alone(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _told(LOSS, form, capsys) == ""


def test_a_command_without_formats_has_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    show_error(LOSS, {"target": "."}, "govcloud destroy")
    assert capsys.readouterr().out == ""


def test_the_answer_names_the_code_the_process_ends_with(capsys: pytest.CaptureFixture[str]) -> None:
    for detailed, code in ((False, 2), (True, 64)):
        told = _told(UsageError("plan.no-target", target="x"), "json", capsys, detailed_exitcode=detailed)
        assert json.loads(told)["data"]["exit_code"] == code


def test_beside_events_the_answer_goes_where_results_go(capsys: pytest.CaptureFixture[str]) -> None:
    show_error(LOSS, {"output": "json", "events": True}, "govcloud apply")
    told = capsys.readouterr()
    assert (told.out, json.loads(told.err)["kind"]) == ("", "Error")
    assert LOSS.told, "nobody else reads what stands there"
    show_error(LOSS, {"output": "json"}, "govcloud apply")
    assert not LOSS.told, "a person reads it on stderr"


def test_of_several_the_others_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    with answering("json", several=True, detailed=True) as answer:
        for failing in (LOSS, UsageError("plan.no-target", target="x"), None):
            with answer.about("a.yaml"):
                if failing:
                    raise failing
                answer(PLAN)
    assert gravest(answer.codes) == ExitCode.USAGE
    rows = json.loads(capsys.readouterr().out)["data"]
    assert [row["kind"] for row in rows] == ["Error", "Error", "Plan"]
    assert [row["data"].get("exit_code") for row in rows] == [5, 64, None]


@pytest.fixture
def _signals() -> Iterator[None]:
    """Whoever is interrupted hears no further Ctrl-C; pytest does."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_signals")
@pytest.mark.parametrize("stopped", [Interrupted("plan.cancelled"), KeyboardInterrupt()])
def test_an_interruption_of_several_is_one_answer_with_what_came_before(
    capsys: pytest.CaptureFixture[str], stopped: BaseException
) -> None:
    def several() -> None:
        with answering("json", several=True) as answer:
            answer(PLAN)
            with answer.about("a.yaml"):
                raise stopped

    with pytest.raises(Interrupted) as caught:
        several()
    show_error(caught.value, {"output": "json"}, "govcloud plan")
    assert [row["kind"] for row in json.loads(capsys.readouterr().out)["data"]] == ["Plan", "Error"]


def test_what_goes_wrong_with_the_only_one_is_the_commands_own_error() -> None:
    with pytest.raises(Refused), answering("json", several=False) as answer, answer.about("a.yaml"):
        raise LOSS


def test_what_goes_wrong_with_one_keeps_nobody_from_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    """A department is to be isolated though one of its sites does not answer."""
    each, done = Each(several=True), []
    wrong = {
        "t-bbbbbb": GovcloudError("plan.site-gone", tenancy="t-bbbbbb", site="south"),
        "t-cccccc": ResourceFailed("cloud.refused", cloud="main", reason="busy"),
    }
    for name in ("t-aaaaaa", "t-bbbbbb", "t-cccccc", "t-dddddd"):
        with each.about(name):
            if name in wrong:
                raise wrong[name]
            done.append(name)
    assert done == ["t-aaaaaa", "t-dddddd"]
    assert each.codes == [ExitCode.ERROR, ExitCode.RESOURCE]
    told = capsys.readouterr().err
    assert told.startswith("t-bbbbbb stands on the site south")
    assert "\nt-cccccc: the cloud main refused" in told


@pytest.mark.parametrize(
    ("several", "error"),
    [
        (True, Interrupted("cli.interrupted")),
        (True, Cancelled("plan.cancelled")),
        (True, UsageError("cli.needs-yes")),
        (False, LOSS),
    ],
)
def test_who_says_no_means_all_that_is_left(
    several: bool, error: GovcloudError, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(type(error)), Each(several).about("t-aaaaaa"):
        raise error
    assert capsys.readouterr().err == ""


def test_what_to_type_next_is_said_once_for_those_in_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    """Twenty differences of a stale plan have one thing in common."""
    again, other = Problem("cli.interrupted"), Problem("plan.differs-request", {"path": "a.yaml"})
    tell(InvalidInput([again, again, other, again]))
    lines = capsys.readouterr().err.splitlines()
    arrows = [number for number, line in enumerate(lines) if line.startswith("    →")]
    assert arrows == [2, 4, 6, 8], lines
