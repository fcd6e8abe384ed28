"""Long work as it goes: a live tree on a terminal, one line per event otherwise, NDJSON for machines.

Progress goes to stderr, results to stdout; with --events the NDJSON goes to stdout, the lines stay on stderr. Where a
result in a format for machines is to go there, it is left to that.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from govcloud.errors import GovcloudError, Interrupted
from govcloud.events import Event, State
from govcloud.text import say, visible

SYMBOLS: Final[dict[State, tuple[str, str]]] = {
    "started": ("…", "cyan"),
    "done": ("✔", "green"),
    "unchanged": ("=", "dim"),
    "failed": ("✘", "bold red"),
    "note": ("·", "dim"),
}

# what happens to a resource; making one needs no sign
OPS: Final = {"update": "~", "delete": "-", "replace": "±"}


# what an event is called that says why a command failed
ERROR: Final = "error"


class Watch:
    """A place to send events to; safe to call from several threads."""

    def __init__(self, *, events: bool, lines: bool = True) -> None:
        self._events, self._lines = events, lines
        self._lock = threading.Lock()
        self._console = Console(stderr=True, highlight=False)
        self._live: Live | None = None
        self._tree = _Tree(self._console)
        # colour may be forced where there is no terminal; nothing can move there
        self._alive = sys.stderr.isatty() and not self._console.is_dumb_terminal and not os.environ.get("CI")

    def __call__(self, event: Event) -> None:
        """Show the event."""
        with self._lock:
            if self._events:
                self._record(event)
            if not self._lines:
                return
            if self._alive:
                self._tree.take(event)
                self._draw()
            elif event.state != "started" or event.text or event.estimate:
                print(_line(event), file=sys.stderr, flush=True)  # noqa: T201

    def failed(self, error: GovcloudError) -> None:
        """Tell machines why all of it failed; people are told once, by whoever ends the command."""
        with self._lock:
            self._tree.fail()
        if self._events:
            for problem in error.problems():
                self._record(Event(ERROR, "failed", _one_line(say(problem.code, **problem.params))))

    def _record(self, event: Event) -> None:
        print(json.dumps(_record(event), ensure_ascii=False), flush=True)  # noqa: T201

    def _draw(self) -> None:
        if self._live is None:
            self._live = Live(get_renderable=self._tree.picture, console=self._console, refresh_per_second=8)
            self._live.start()

    def still(self) -> None:
        """Leave the picture as it is and give the terminal back, to print or to ask; the next event draws anew."""
        with self._lock:
            if self._live is not None:
                self._live.stop()
                self._live = None
                self._tree = _Tree(self._console)


@contextmanager
def watch(*, events: bool = False, lines: bool = True) -> Iterator[Watch]:
    """Show what is sent while the block runs; `lines` are for people."""
    watching = Watch(events=events, lines=lines)
    try:
        yield watching
    except GovcloudError as error:
        watching.failed(error)
        raise
    except KeyboardInterrupt:
        watching.failed(Interrupted("cli.interrupted"))
        raise
    finally:
        watching.still()


def _record(event: Event) -> dict[str, str | float]:
    """The NDJSON of an event; documented in docs/reference/events.md."""
    record: dict[str, str | float | None] = {
        "time": round(time.time(), 3),
        "what": event.what,
        "state": event.state,
        "op": event.op,
        "text": event.text,
        "seconds": event.seconds,
        "estimate": event.estimate,
    }
    return {key: value for key, value in record.items() if value not in (None, "")}


def _line(event: Event) -> str:
    symbol, _ = SYMBOLS[event.state]
    words = [symbol, OPS.get(event.op, ""), event.what, _one_line(event.text), _duration(event)]
    return " ".join(word for word in words if word)


def _one_line(text: str) -> str:
    """A service's reason may have many lines; an event has one."""
    return visible(" ".join(text.split()))


def _duration(event: Event) -> str:
    if event.seconds is not None:
        return f"{event.seconds:.1f} s"
    return say("cli.about-seconds", seconds=f"{event.estimate:.0f}") if event.estimate else ""


@dataclass
class _Row:
    event: Event
    since: float = field(default_factory=time.monotonic)


class _Tree:
    """The rows of the live picture; what no longer fits on the screen is folded into a count."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[str, _Row] = {}

    def take(self, event: Event) -> None:
        known = self._rows.get(event.what)
        if known is None or event.state == "started":
            self._rows[event.what] = _Row(event)
        else:
            known.event = event

    def fail(self) -> None:
        """Nothing that is under way comes to its end any more."""
        for row in self._rows.values():
            if row.event.state == "started":
                row.event = replace(row.event, state="failed", seconds=time.monotonic() - row.since)

    def picture(self) -> RenderableType:
        rows = list(self._rows.items())
        room = max(self._console.size.height - 2, 5)
        if len(rows) <= room:
            return Group(*(self._draw(what, row) for what, row in rows))
        quiet = ("done", "unchanged", "note")
        loud = [(w, r) for w, r in rows if r.event.state not in quiet or "/" not in w][-room:]
        folded = Text(say("cli.folded", count=len(rows) - len(loud)), "dim")
        return Group(folded, *(self._draw(what, row) for what, row in loud))

    def _draw(self, what: str, row: _Row) -> Text:
        event = row.event
        symbol, style = SYMBOLS[event.state]
        group, _, inside = what.partition("/")
        name = " ".join(word for word in (OPS.get(event.op, ""), inside or group) if word)
        line = Text("  " if inside else "")
        line.append(f"{symbol} ", style).append(name).append(f"  {_one_line(event.text)}" if event.text else "", "dim")
        if event.state == "started":
            passed = time.monotonic() - row.since
            left = f" / ~{event.estimate:.0f}" if event.estimate else ""
            line.append(f"  {passed:.0f}{left} s", "cyan")
        elif event.seconds is not None:
            line.append(f"  {event.seconds:.1f} s", "dim")
        line.no_wrap = True
        line.overflow = "ellipsis"
        return line
