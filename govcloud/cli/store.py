"""`govcloud store check|backup|restore`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from govcloud.cli.options import Format, Lang, PlainFormat, path
from govcloud.errors import ExitCode
from govcloud.text import say

File = Annotated[Path, typer.Argument(metavar="FILE", parser=path, help=say("cli.argument.backup"))]
Perhaps = Annotated[Path | None, typer.Argument(metavar="[FILE]", parser=path, help=say("cli.argument.backup"))]


def check(file: Perhaps = None, output: Format = "", lang: Lang = "") -> int:
    """Whether the records are whole, or a backup of them; 1 when they are not."""
    from govcloud.cli import printing
    from govcloud.output.records import backup_document, check_document
    from govcloud.plan.backup import read_backup
    from govcloud.plan.check import examine_records
    from govcloud.plan.records import open_records

    if file is not None:
        printing.show(backup_document("sound", file, read_backup(file).summary), output)
        return int(ExitCode.OK)
    checks = list(examine_records(open_records()))
    printing.show(check_document(checks), output)
    return int(ExitCode.OK if all(one.ok for one in checks) else ExitCode.ERROR)


def backup(file: File, output: PlainFormat = "", lang: Lang = "") -> None:
    """All records into one file."""
    from govcloud.cli import printing
    from govcloud.output.records import backup_document
    from govcloud.plan.backup import back_up
    from govcloud.plan.records import open_records

    printing.show(backup_document("backed-up", file, back_up(open_records(), file)), output)


def restore(file: File, output: PlainFormat = "", lang: Lang = "") -> None:
    """All records from a backup, into an empty place."""
    from govcloud.cli import printing
    from govcloud.output.records import backup_document
    from govcloud.plan.records import open_records
    from govcloud.plan.restore import restore as put_back

    printing.show(backup_document("restored", file, put_back(open_records(), file)), output)


COMMANDS: Final[dict[str, Callable[..., object]]] = {"check": check, "backup": backup, "restore": restore}
