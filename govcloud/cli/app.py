"""The table of commands, and how their help looks."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from govcloud.cli.options import Lang
from govcloud.config import choice, here, settings
from govcloud.errors import GovcloudError, InvalidInput
from govcloud.stopping import stopping
from govcloud.text import LANGUAGES, is_chosen, say

Function = Callable[..., object]

# name -> where it is, as module:attribute below govcloud.cli. A bare verb acts on requests and tenancies and is one
# function; a noun is one of the province's things and a mapping of functions. A new command is one file in this
# package, one line here and its sentence in text/*/cli.py. Only the command that is called is imported: help and Tab
# answer at once.
PANELS: Final[Mapping[str, Mapping[str, str]]] = {
    "start": {
        "init": "init:init",
        "validate": "validate:validate",
        "plan": "plan:plan",
        "apply": "apply:apply",
        "show": "look:show",
    },
    "write": {"explain": "explain:explain", "schema": "schema:schema"},
    "change": {"destroy": "destroy:destroy"},
    "protect": {
        "hold": "protect:hold",
        "release": "protect:release",
        "isolate": "protect:isolate",
        "unlock": "protect:unlock",
    },
    "look": {"list": "look:list_", "drift": "look:drift", "history": "look:history"},
    "setup": {
        "doctor": "doctor:doctor",
        "config": "config:COMMANDS",
        "store": "store:COMMANDS",
        "toolchain": "toolchain:COMMANDS",
        "version": "version:version",
    },
    "try": {"devcloud": "devcloud:COMMANDS"},
}


# Typer's own options, which bring their own English
_TYPERS: Final = ("--help", "--install-completion", "--show-completion")


def _usage(command: Any, ctx: Any, formatter: Any) -> None:
    """The line that says how a command is written."""
    formatter.write_usage(ctx.command_path, " ".join(command.collect_usage_pieces(ctx)), say("cli.usage") + " ")


def _rows(command: Any, ctx: Any, kind: str) -> list[tuple[str, str]]:
    """Arguments, options or both, each with what it means."""
    records = [one.get_help_record(ctx) for one in command.get_params(ctx) if kind in ("", one.param_type_name)]
    # Typer writes the Python type behind an argument
    rows = [(name.partition(" <")[0], text) for name, text in filter(None, records)]
    return [(name, say(f"cli.option.{name[2:]}") if name in _TYPERS else _spoken(text)) for name, text in rows]


def _spoken(text: str) -> str:
    """A help text with Typer's own additions in our languages."""
    text = text.replace("[required]", say("cli.required"))
    return re.sub(r"\[default: (.*)\]$", lambda found: say("cli.default", value=found[1]), text)


class Verb(TyperCommand):
    """A command whose help is headed in our languages."""

    def invoke(self, ctx: Any) -> Any:
        """Run it, where what every command works with is right; help needs none of it."""
        here()
        if not is_chosen():
            with suppress(InvalidInput):  # a settings file that is wrong is told by who needs it
                choice("lang", LANGUAGES)
        try:
            if "output" in ctx.params:
                settings()  # in the format asked for it is told now, not after the work
            with stopping():
                return super().invoke(ctx)
        except GovcloudError as error:
            from govcloud.cli.printing import show_error

            show_error(error, ctx.params, ctx.command_path)
            raise

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """How it is written."""
        _usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments first, then options."""
        for kind in ("argument", "option"):
            lines = self.help_rows(ctx, kind)
            if lines:
                with formatter.section(say(f"cli.{kind}s")):
                    formatter.write_dl(lines)

    def help_rows(self, ctx: Any, kind: str = "") -> list[tuple[str, str]]:
        """Arguments, options or both, each with what it means."""
        return _rows(self, ctx, kind)


class Noun(TyperGroup):
    """A group whose help lists its commands in our languages."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """How it is written."""
        _usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The commands of a noun."""
        with formatter.section(say("cli.panel.commands")):
            formatter.write_dl([(name, command.help or "") for name, command in self.commands.items()])


class Root(TyperGroup):
    """`govcloud` itself: commands by panel, the five a newcomer needs first; each is imported when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All commands, in the order of the panels."""
        return [name for commands in PANELS.values() for name in commands]

    def invoke(self, ctx: Any) -> Any:
        """Import and run a command."""
        with stopping():
            return super().invoke(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command with this name, or None."""
        where = next((commands[cmd_name] for commands in PANELS.values() if cmd_name in commands), None)
        return build_command(cmd_name, where) if where else None

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """How it is written."""
        _usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The commands by panel, from the table alone; then what may stand before them."""
        for panel, commands in PANELS.items():
            with formatter.section(say(f"cli.panel.{panel}")):
                formatter.write_dl([(name, say(f"cli.{name}")) for name in commands])
        with formatter.section(say("cli.options")):
            formatter.write_dl(_rows(self, ctx, "option"))


def build() -> typer.Typer:
    """The whole command line as one Typer app."""
    app = typer.Typer(cls=Root, rich_markup_mode=None, no_args_is_help=True, help=say("cli.govcloud"))
    app.callback()(_anywhere)
    return app


def _anywhere(lang: Lang = "") -> None:
    """Options that may stand before the command."""


def build_command(name: str, where: str) -> Any:
    """The command that stands at `where`."""
    module, _, attribute = where.partition(":")
    what = getattr(importlib.import_module(f"govcloud.cli.{module}"), attribute)
    if not isinstance(what, Mapping):
        verb = typer.Typer(rich_markup_mode=None, add_completion=False)
        verb.command(name, cls=Verb, help=say(f"cli.{name}"))(what)
        return typer.main.get_command(verb)
    group = typer.Typer(cls=Noun, rich_markup_mode=None, no_args_is_help=True, add_completion=False, name=name)
    group.callback(help=say(f"cli.{name}"))(lambda: None)
    for inner, function in what.items():
        group.command(inner, cls=Verb, help=say(f"cli.{name}.{inner}"))(function)
    return typer.main.get_command(group)
