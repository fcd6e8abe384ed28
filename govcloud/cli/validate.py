"""`govcloud validate PATH...`: no cloud, no store; form, fit, and the rules of the request stage."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from govcloud.cli.options import Format, Lang, path
from govcloud.errors import ExitCode, UsageError
from govcloud.text import say

Paths = Annotated[list[Path], typer.Argument(metavar="PATH", parser=path, help=say("cli.argument.paths"))]


def validate(paths: Paths, output: Format = "", lang: Lang = "") -> int:
    """Every problem at once; the gravest decides the exit code."""
    from govcloud.cli import printing
    from govcloud.compliance.validation import Validating, requests_in, roots_in, waivers_in
    from govcloud.output.validation import validation_document
    from govcloud.request.load import shown

    validating = Validating(dt.datetime.now(ZoneInfo("Asia/Shanghai")).date())
    roots = {root for given in paths for root in roots_in(given)}
    for root in sorted(roots):
        validating.repository(root)
    files = {file.absolute(): file for given in paths for file in requests_in(given)}
    validations = [validating.request(file) for file in files.values()]
    for root in sorted({root for given in paths for root in waivers_in(given)}):
        validating.waivers(root)
    operators = validating.operators()
    if not validations and not roots:
        # a wrong folder in CI must not look like a right file
        raise UsageError("cli.nothing-to-validate", paths=", ".join(map(shown, paths)))
    printing.show(validation_document(validations, operators), output)
    codes = {one.exit_code for one in validations} | ({ExitCode.INVALID} if operators else set())
    return int(next((code for code in (ExitCode.INVALID, ExitCode.REFUSED) if code in codes), ExitCode.OK))
