#!/usr/bin/env python
"""Writes docs/reference: English in it, Chinese in its folder zh; `make docs` calls it, a test finds what is stale.

    scripts/reference.py [FOLDER]

Help texts are spoken when a command is imported, so each language has a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, get_args

from govcloud.cli.app import PANELS, build_command
from govcloud.events import Event, State
from govcloud.output.document import Document
from govcloud.output.explain import explain_document, kind_document
from govcloud.output.formats import FORMATS
from govcloud.output.formats.markdown import whole
from govcloud.province.kinds import KINDS, schema_text
from govcloud.text import LANGUAGES, language, say

HERE: Final = Path(__file__).parents[1] / "docs/reference"


def main(arguments: list[str]) -> None:
    """All languages into a folder, or, told which by the process above, one of them."""
    folder = Path(arguments[0]) if arguments else HERE
    if len(arguments) < 2:
        for spoken in LANGUAGES:
            environment = {**os.environ, "GOVCLOUD_LANG": spoken, "COLUMNS": "100"}
            into = folder / spoken if spoken == "zh" else folder
            subprocess.run([sys.executable, __file__, str(into), spoken], env=environment, check=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")


def pages() -> Mapping[str, str]:
    """Every page in the language spoken, by file name."""
    written = {
        "cli.md": _page("cli", _commands()),
        "keys.md": _page("keys", (_markdown(kind_document(kind)) for kind in KINDS)),
        **{f"{topic}.md": _page(topic, [_untitled(topic)]) for topic in ("errors", "exit-codes", "recorded", "rules")},
        "events.md": _page("events", _events()),
    }
    return written | {f"{kind}.schema.json": schema_text(kind) for kind in KINDS}


def _page(name: str, sections: Iterable[str]) -> str:
    other = f"../{name}.md" if language() == "zh" else f"zh/{name}.md"
    head = (f"# {say(f'reference.title.{name}')}", say("reference.made", other=other), say(f"reference.intro.{name}"))
    return "\n".join(["\n\n".join(head) + "\n", *sections])


def _markdown(document: Document) -> str:
    return whole(document).replace("### ", "## ")


def _untitled(topic: str) -> str:
    document = explain_document(topic)
    return _markdown(replace(document, parts=document.parts[1:]))


def _commands() -> Iterator[str]:
    for panel, commands in PANELS.items():
        yield f"## {say(f'cli.panel.{panel}')}\n"
        for name, where in commands.items():
            command: Any = build_command(name, where)
            inner = getattr(command, "commands", None)
            if inner is None:
                yield from _command(f"govcloud {name}", command)
                continue
            yield f"### govcloud {name}\n\n{command.help}\n"
            for verb, one in inner.items():
                yield from _command(f"govcloud {name} {verb}", one)


def _command(name: str, command: Any) -> Iterator[str]:
    context = command.context_class(command, info_name=name)
    yield f"### {name}\n\n{command.help}\n"
    yield f"```\n{name} {' '.join(command.collect_usage_pieces(context))}\n```\n"
    yield _table(command.help_rows(context))


def _table(rows: Iterable[tuple[str, str]]) -> str:
    """A table of words in code and what they mean."""
    lines = [f"| `{word}` | {text} |" for word, text in ((w.replace("|", "\\|"), t) for w, t in rows)]
    return "\n".join(["| | |", "|---|---|", *lines]) + "\n"


def _events() -> Iterator[str]:
    fields = ["time", *(name for name in Event.__annotations__)]
    yield _table((name, say(f"reference.event.{name}")) for name in fields)
    yield "## state\n"
    yield _table((state, say(f"reference.state.{state}")) for state in get_args(State))
    record = {"time": 1795478400.123, "what": "iaas/server/web-1", "state": "done", "op": "create", "seconds": 12.4}
    yield f"```json\n{json.dumps(record)}\n```\n"
    yield say("reference.formats", known=", ".join(FORMATS)) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
