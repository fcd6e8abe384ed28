"""The pages written by hand: every command, option and file they name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from govcloud.cli.app import PANELS, build_command

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
COMMANDS: Final = {name: where for panel in PANELS.values() for name, where in panel.items()}
# a command in a page: what stands in code after our name, up to where a shell, a table or the code ends
NAMED: Final = re.compile(r"(?:^|[\s`(\"/])govcloud ([a-z][^`#;&)\n]*)", re.MULTILINE)


def _code(text: str) -> str:
    """What stands in code, a piece a line."""
    return "\n".join(block or span for block, span in re.findall(r"```.*?\n(.*?)```|`([^`\n]+)`", text, re.DOTALL))


def _commands() -> Iterator[Any]:
    for page in PAGES:
        for found in NAMED.findall(_code(page.read_text("utf-8"))):
            yield pytest.param(found.strip().split(), id=f"{page.name}: {found.strip()}")


@cache
def _command(name: str) -> Any:
    return build_command(name, COMMANDS[name])


@pytest.mark.parametrize("words", list(_commands()))
def test_a_command_that_a_page_names_is_there(words: list[str]) -> None:
    assert words[0] in COMMANDS
    command = _command(words[0])
    inner = getattr(command, "commands", None)
    if inner is not None:
        for name in words[1].split("|") if len(words) > 1 else ():
            assert name in inner
        command = inner.get(words[1]) if len(words) > 1 else None
    known = {option for parameter in getattr(command, "params", ()) for option in parameter.opts} | {"--help"}
    for word in words[1:]:
        if word.startswith("-") and word != "-":
            assert word.partition("=")[0].rstrip("]") in known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_files_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", text)
    for link in links:
        assert re.match("https?:", link) or (page.parent / link).exists(), link
    # files of ours named in code, such as `govcloud/toolchain/versions.py`
    for name in re.findall(r"`((?:govcloud|tests|scripts|docs|stacks|templates|examples)/[\w./-]+\.\w+)`", text):
        assert "xxx" in name.lower() or (ROOT / name).exists(), name
