"""What to say when the arguments do not fit, or when something nobody expected went wrong."""

from __future__ import annotations

import difflib
import platform
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from typer.exceptions import TyperException

import govcloud
from govcloud.config import folders, private, whole
from govcloud.errors import ExitCode, UsageError
from govcloud.text import say


def usage_error(error: Exception, arguments: Sequence[str]) -> int:
    """Say what is wrong with the arguments, or where an unexpected error is logged; return the exit code."""
    if isinstance(error, TyperException):
        print(_words(error, arguments), file=sys.stderr)  # noqa: T201
        return int(ExitCode.USAGE if "--detailed-exitcode" in arguments else ExitCode.INVALID)
    reason = f"{type(error).__name__}: {error}"
    folder: Path | str = "~/.local/state"
    try:
        folder = folders().state / "crash"
        told = say("cli.unexpected", reason=reason, log=_log(folder, error))
    except OSError as unwritten:  # a full disk may be what nobody expected
        told = say("cli.unexpected-unlogged", reason=reason, folder=folder, why=unwritten.strerror or unwritten)
    except UsageError as homeless:
        told = say("cli.unexpected-unlogged", reason=reason, folder=folder, why=say(homeless.code))
    print(told, file=sys.stderr)  # noqa: T201
    return int(ExitCode.ERROR)


def _log(folder: Path, error: Exception) -> Path:
    """The file that has the details now."""
    log = folder / f"{time.strftime('%Y%m%dT%H%M%S')}.log"
    versions = f"govcloud {govcloud.__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    private(folder)
    with whole(log) as stream:
        # names of files may be no Unicode
        stream.write((versions + "".join(traceback.format_exception(error))).encode("utf-8", "backslashreplace"))
    return log


def _words(error: TyperException, arguments: Sequence[str]) -> str:
    """Typer's complaint in our languages; its kinds are told apart by name, for only their base is public."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "govcloud"
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return error.format_message()
    text = _TOLD[kind](error, context, path) if kind in _TOLD else _other(error, context, path, arguments)
    return f"{text}\n    → {path} --help"


def _no_such_option(error: Any, context: Any, path: str) -> str:
    del path
    known = [option for p in context.command.params for option in p.opts] if context else []
    # --version is a command here
    known += context.command.list_commands(context) if hasattr(context.command, "list_commands") else []
    return say("cli.no-such-option", name=error.option_name) + _near(error.option_name, known)


def _missing(error: Any, context: Any, path: str) -> str:
    del context, path
    return say("cli.missing-argument", name=_hint(error))


def _bad(error: Any, context: Any, path: str) -> str:
    del context, path
    reason = say("cli.not-integer") if "valid integer" in error.message else error.message
    return say("cli.bad-value", name=_hint(error), reason=reason)


def _needs_value(error: Any, context: Any, path: str) -> str:
    del context, path
    return say("cli.needs-value", name=error.option_name)


_TOLD: Final[Mapping[str, Callable[[Any, Any, str], str]]] = {
    "NoSuchOption": _no_such_option,
    "MissingParameter": _missing,
    "BadParameter": _bad,
    "BadOptionUsage": _needs_value,
}


def _other(error: TyperException, context: Any, path: str, arguments: Sequence[str]) -> str:
    """What has no kind of its own: a command there is not, an argument too many."""
    message = error.format_message()
    extra = re.search(r"unexpected extra argument\S* \((.*)\)", message)
    if extra:
        return say("cli.extra-argument", value=extra[1])
    if context and hasattr(context.command, "list_commands") and "No such command" in message:
        name = next((a for a in arguments if not a.startswith("-") and a not in path.split()), "")
        known = context.command.list_commands(context)
        return say("cli.no-such-command", name=name) + _near(name, known)
    return message


def _near(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known)
    return say("cli.near", near=", ".join(near)) if near else ""


def _hint(error: Any) -> str:
    """The parameter as people write it: -o, --output."""
    hint: str = error.param.get_error_hint() if error.param else ""
    return hint.replace("'", "").replace(" / ", ", ")
