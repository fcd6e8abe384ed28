"""What README promises to a newcomer in his first minute is what he sees."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.cli.conftest import ROOT, Shell

PROMPT: Final = "$ .venv/bin/govcloud "


def _shown() -> Iterator[tuple[str, list[str], list[str]]]:
    """Page, arguments and the lines shown below them, of every command that needs no cloud."""
    for page in ("README.md", "README.zh.md"):
        for block in re.findall(r"```console\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL):
            for part in block.split("\n$ ") if PROMPT in block else ():
                command, *lines = part.removesuffix("\n").split("\n")
                words = shlex.split(command.removeprefix("$ "), comments=True)
                if words[0] == PROMPT.split()[1]:
                    yield page, words[1:], lines


@pytest.mark.parametrize(("page", "arguments", "lines"), list(_shown()))
def test_a_command_prints_what_the_page_shows(shell: Shell, page: str, arguments: list[str], lines: list[str]) -> None:
    shell.here = ROOT
    printed = shell.run(*arguments).out.strip().splitlines()
    shown = lines[:-1] if lines[-1:] == ["..."] else lines
    assert printed[: len(shown)] == shown, page
    assert (len(printed) > len(shown)) == (lines[-1:] == ["..."] or not lines), page


def test_both_pages_show_a_good_and_a_broken_sample() -> None:
    seen = [(page, arguments) for page, arguments, _ in _shown()]
    for page in ("README.md", "README.zh.md"):
        given = [Path(arguments[-1]) for name, arguments in seen if name == page]
        assert [(ROOT / path).exists() for path in given] == [True, True]
