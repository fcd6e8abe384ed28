"""The help of a command names the formats that it takes, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from govcloud.cli.app import PANELS, build_command
from govcloud.output.formats import FORMATS, REPORTS

# those of commands that judge: what is not named there has no report
JUDGING = {"validate", "plan", "apply", "drift", "doctor", "store check"}


def _options() -> Iterator[Any]:
    """The option -o of every command, with the command's name."""
    for commands in PANELS.values():
        for name, where in commands.items():
            command = build_command(name, where)
            verbs = {f"{name} {inner}": one for inner, one in getattr(command, "commands", {}).items()}
            for path, verb in (verbs or {name: command}).items():
                option = next((one for one in verb.params if "--output" in one.opts), None)
                if option is not None:
                    yield pytest.param(path, verb, option, id=path)


def _takes(command: Any, option: Any, form: str) -> bool:
    try:
        option.callback(command.context_class(command), option, form)
    except typer.BadParameter:
        return False
    return True


@pytest.mark.parametrize(("path", "command", "option"), list(_options()))
def test_help_names_what_is_taken(path: str, command: Any, option: Any) -> None:
    known = (*FORMATS, "handover")
    taken = [form for form in known if _takes(command, option, form)]
    assert [form for form in known if form in option.help] == taken
    assert (set(REPORTS) <= set(taken)) == (path in JUDGING)
