"""Long work as it goes: one line an event where nobody watches, a tree where somebody does, NDJSON for machines."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest
from rich.console import Console

from govcloud.errors import GovcloudError
from govcloud.events import Event
from govcloud.output.progress import OPS, SYMBOLS, _Tree, watch
from govcloud.text import say, use_language

STARTED: Final = Event("iaas/server web-1", "started", op="create")
DONE: Final = Event("iaas/server web-1", "done", seconds=12.34, op="create")


@pytest.fixture(autouse=True)
def _speak(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CI", raising=False)
    use_language("en")
    yield
    use_language("zh")


def _lines(capsys: pytest.CaptureFixture[str], *events: Event, machines: bool = False) -> tuple[list[str], list[Any]]:
    with watch(events=machines) as notify:
        for event in events:
            notify(event)
    said = capsys.readouterr()
    return said.err.splitlines(), [json.loads(line) for line in said.out.splitlines()]


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (DONE, "✔ iaas/server web-1 12.3 s"),
        (Event("iaas/port web-1", "done", seconds=0.04, op="update"), "✔ ~ iaas/port web-1 0.0 s"),
        (Event("iaas/port web-1", "done", seconds=1.0, op="delete"), "✔ - iaas/port web-1 1.0 s"),
        (Event("iaas/server web-1", "failed", seconds=3.0, op="replace"), "✘ ± iaas/server web-1 3.0 s"),
        (Event("iaas", "started", estimate=41.6), "… iaas (about 42 s)"),
        (Event("recover", "started", "2 runs were lost"), "… recover 2 runs were lost"),
        (Event("interrupt", "note", "finishing"), "· interrupt finishing"),
        (Event("devcloud/keystone", "unchanged"), "= devcloud/keystone"),
        (Event("recover", "done", "port web-1, port web-2", seconds=2.0), "✔ recover port web-1, port web-2 2.0 s"),
    ],
)
def test_without_a_terminal_an_event_is_a_line(capsys: pytest.CaptureFixture[str], event: Event, line: str) -> None:
    assert _lines(capsys, event) == ([line], [])


def test_machines_are_told_why_it_failed_and_people_by_whoever_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    with suppress(GovcloudError), watch(events=True):
        raise GovcloudError("plan.no-tenancy", tenancy="t-3f9c2a")
    said = capsys.readouterr()
    (record,) = [json.loads(line) for line in said.out.splitlines()]
    assert (record["what"], record["state"]) == ("error", "failed")
    assert record["text"] == say("plan.no-tenancy", tenancy="t-3f9c2a")
    assert said.err == ""


def test_a_beginning_that_says_nothing_is_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a hundred resources each would be told twice."""
    assert _lines(capsys, STARTED, DONE)[0] == ["✔ iaas/server web-1 12.3 s"]


def test_a_text_of_many_lines_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    said, _ = _lines(capsys, Event("iaas", "failed", "first\nsecond\r\n  third"))
    assert said == ["✘ iaas first second third"]


def test_no_escapes_reach_a_log(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Colour may be forced; a picture that moves may not, where there is no terminal to move it on."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    with watch() as notify:
        notify(STARTED)
        notify(DONE)
    assert capsys.readouterr().err == "✔ iaas/server web-1 12.3 s\n"


def test_machines_get_everything_and_people_still_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    lines, records = _lines(capsys, STARTED, DONE, machines=True)
    assert lines == ["✔ iaas/server web-1 12.3 s"]
    assert [(one["what"], one["state"], one["op"]) for one in records] == [
        ("iaas/server web-1", "started", "create"),
        ("iaas/server web-1", "done", "create"),
    ]
    assert records[1]["seconds"] == 12.34
    assert "text" not in records[1]
    assert records[0]["time"] <= records[1]["time"]


def test_nothing_that_took_no_time_is_lost_from_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    _, (record,) = _lines(capsys, Event("quota", "done", seconds=0.0), machines=True)
    assert record["seconds"] == 0.0


def test_many_threads_write_whole_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with watch(events=True) as notify:

        def tell(number: int) -> None:
            for index in range(50):
                notify(Event(f"iaas/port {number}-{index}", "done"))

        threads = [threading.Thread(target=tell, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == len(said.out.splitlines()) == 400
    assert all(json.loads(line)["state"] == "done" for line in said.out.splitlines())
    assert set(said.err.splitlines()) == {f"✔ iaas/port {n}-{i}" for n in range(8) for i in range(50)}


def _drawn(*events: Event, height: int = 30, width: int = 60) -> list[str]:
    """What the picture would be on a terminal of this size."""
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    tree = _Tree(console)
    for event in events:
        tree.take(event)
    with console.capture() as capture:
        console.print(tree.picture())
    return [line.rstrip() for line in capture.get().splitlines()]


def test_the_tree_has_a_row_for_each_thing_under_its_stack() -> None:
    drawn = _drawn(
        Event("iaas", "started", estimate=30.0),
        STARTED,
        Event("iaas/port web-1", "done", seconds=1.26, op="update"),
        DONE,
        Event("iaas", "done", seconds=13.0),
        Event("quota", "failed", "no", seconds=0.5),
    )
    assert drawn == ["✔ iaas  13.0 s", "  ✔ server web-1  12.3 s", "  ✔ ~ port web-1  1.3 s", "✘ quota  no  0.5 s"]


def test_what_runs_shows_how_long_it_has_and_how_long_it_may() -> None:
    (line,) = _drawn(Event("iaas", "started", estimate=30.0))
    assert re.fullmatch(r"… iaas  0 / ~30 s", line)
    assert _drawn(STARTED) == ["  … server web-1  0 s"]


def test_what_was_under_way_when_all_of_it_failed_is_not_left_running() -> None:
    tree = _Tree(Console())
    for event in (Event("drift", "started"), Event("recover", "done", seconds=1.0)):
        tree.take(event)
    tree.fail()
    console = Console(file=io.StringIO(), width=60, color_system=None)
    with console.capture() as capture:
        console.print(tree.picture())
    assert [line.rstrip() for line in capture.get().splitlines()] == ["✘ drift  0.0 s", "✔ recover  1.0 s"]


def test_what_begins_again_is_one_row() -> None:
    assert _drawn(Event("iaas", "done", seconds=9.0), Event("iaas", "started")) == ["… iaas  0 s"]


def test_a_picture_larger_than_the_screen_is_folded_and_hides_nothing_that_runs_or_failed() -> None:
    ports = [Event(f"iaas/port {n}", "done", seconds=1.0) for n in range(50)]
    events = [
        Event("iaas", "started"),
        *ports,
        Event("iaas/server bad", "failed"),
        Event("iaas/server slow", "started"),
    ]
    drawn = _drawn(*events, height=12)
    assert len(drawn) <= 12
    assert "50" in drawn[0]
    assert drawn[1].startswith("… iaas")
    assert drawn[2:] == ["  ✘ server bad", "  … server slow  0 s"]


def test_more_that_runs_than_fits_keeps_the_newest() -> None:
    drawn = _drawn(*(Event(f"iaas/port {n}", "started") for n in range(50)), height=12)
    assert len(drawn) <= 12
    assert drawn[-1] == "  … port 49  0 s"


def test_a_long_line_is_cut_and_never_broken() -> None:
    (line,) = _drawn(Event("iaas", "failed", "x" * 500), width=40)
    assert len(line) == 40
    assert line.endswith("…")


def test_what_people_wrote_is_no_markup() -> None:
    (line,) = _drawn(Event("iaas", "failed", "[bold]name[/bold]"))
    assert line == "✘ iaas  [bold]name[/bold]"


def test_on_a_terminal_the_picture_is_drawn_and_left_standing(tmp_path: Path) -> None:
    """A real pseudo-terminal: what a person sees while it runs and when it has ended."""
    program = tmp_path / "program.py"
    program.write_text(
        "from govcloud.events import Event\n"
        "from govcloud.output.progress import watch\n"
        "with watch() as notify:\n"
        "    notify(Event('iaas', 'started'))\n"
        "    notify(Event('iaas/server web-1', 'started', op='create'))\n"
        "    notify(Event('iaas/server web-1', 'done', seconds=2.0, op='create'))\n"
        "    notify(Event('iaas', 'done', seconds=3.0))\n",
        "utf-8",
    )
    ours, theirs = os.openpty()
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8", "COLUMNS": "80", "LINES": "24"}
    process = subprocess.Popen([sys.executable, program], stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    seen = bytearray()
    with suppress(OSError), os.fdopen(ours, "rb", buffering=0) as terminal:  # EIO when the other end is closed
        while chunk := terminal.read(4096):
            seen.extend(chunk)
    assert process.wait() == 0
    text = seen.decode()
    assert "\x1b[" in text, "it moves"
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text).replace("\r", "")
    assert plain.rstrip().splitlines()[-2:] == ["✔ iaas  3.0 s", "  ✔ server web-1  2.0 s"]


def test_every_state_and_op_has_its_sign() -> None:
    assert set(SYMBOLS) == {"started", "done", "unchanged", "failed", "note"}
    assert set(OPS) == {"update", "delete", "replace"}
    assert len({sign for sign, _ in SYMBOLS.values()}) == len(SYMBOLS)
