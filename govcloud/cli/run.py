"""From arguments to an exit code: the one place where errors become words."""

from __future__ import annotations

import contextlib
import errno
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from govcloud.cli.failing import tell
from govcloud.cli.streams import DISK_FULL, outlast_readers
from govcloud.config import settings
from govcloud.errors import ExitCode, GovcloudError, Interrupted
from govcloud.text import LANGUAGES, use_language

_NO_ACCESS: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; errors are printed on stderr, tracebacks only into a log."""
    outlast_readers()
    _take_language_of_settings()
    arguments = _take_language(arguments)
    import typer

    from govcloud.cli.app import build

    try:
        code = build()(arguments, standalone_mode=False, prog_name="govcloud")
        sys.stdout.flush()  # what its disk has no room for is told while somebody can
        return int(code or 0)
    except GovcloudError as error:
        if not error.told:
            tell(error)
        from govcloud.cli.printing import exit_code

        return int(exit_code(error, detailed="--detailed-exitcode" in arguments))
    except typer.Abort:
        # Typer's word for Ctrl-C and for the end of input, both at a question
        print(file=sys.stderr)  # noqa: T201 - after the question
        tell(Interrupted("cli.interrupted"))
        return int(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a person never sees a traceback
        from govcloud.cli.usage import usage_error

        if isinstance(error, OSError) and error.errno in DISK_FULL:
            tell(GovcloudError("cli.disk-full", reason=error))
            return int(ExitCode.ERROR)
        if isinstance(error, OSError) and error.errno in _NO_ACCESS and isinstance(error.filename, str):
            folder = Path(error.filename).absolute().parent
            tell(GovcloudError("cli.no-access", reason=error, folder=folder))
            return int(ExitCode.ERROR)
        return usage_error(error, arguments)


def _take_language_of_settings() -> None:
    """Speak the language of the settings files, before the locale's; a file that is wrong is told by who needs it."""
    with contextlib.suppress(GovcloudError, OSError):
        wanted = settings()["lang"].text
        if wanted in LANGUAGES:
            use_language(wanted)


def _take_language(arguments: Sequence[str]) -> list[str]:
    """Take --lang before parsing, for help texts and usage errors are in that language too; the rest comes back.

    A language we do not speak stays where it is, for the command to refuse it.
    """
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        if argument == "--":
            return [*rest, argument, *waiting]
        name, given, value = argument.partition("=")
        wanted = value if given else next(iter(waiting), "")
        if name == "--lang" and wanted in LANGUAGES:
            use_language(wanted)
            if not given:
                waiting.pop(0)
        else:
            rest.append(argument)
    return rest
