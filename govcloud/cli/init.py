"""`govcloud init`: a request that passes every check, from answers given as options or asked on a terminal."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govcloud.cli.options import Lang, path
from govcloud.errors import ExitCode, InvalidInput, UsageError
from govcloud.text import say

if TYPE_CHECKING:
    from govcloud.province.draft import Draft


def _answer(name: str, metavar: str = "TEXT") -> Any:
    return typer.Option(f"--{name}", metavar=metavar, help=say(f"init.{name}"))


Folder = Annotated[Path | None, typer.Argument(metavar="FOLDER", parser=path, help=say("init.argument.folder"))]
Pattern = Annotated[Path | None, typer.Option("--from", metavar="FILE", parser=path, help=say("init.option.from"))]
File = Annotated[Path | None, typer.Option("--file", metavar="FILE", parser=path, help=say("init.option.file"))]
ForProvince = Annotated[bool, typer.Option("--province", help=say("init.option.province"))]
ACCOUNT = "ACCOUNT"


def init(
    context: typer.Context,
    folder: Folder = None,
    province: ForProvince = False,
    pattern: Pattern = None,
    file: File = None,
    department: Annotated[str, _answer("department", "NAME|USCC")] = "",
    environment: Annotated[str, _answer("environment", "production|staging|test")] = "",
    name: Annotated[str, _answer("name")] = "",
    slug: Annotated[str, _answer("slug", "NAME")] = "",
    purpose: Annotated[str, _answer("purpose")] = "",
    mlps: Annotated[str, _answer("mlps", "LEVEL")] = "",
    classified: Annotated[str, _answer("classified", "true|false")] = "",
    data: Annotated[str, _answer("data", "general|important|core")] = "",
    zone: Annotated[str, _answer("zone", "internet|common|dedicated")] = "",
    until: Annotated[str, _answer("until", "DATE")] = "",
    os: Annotated[str, _answer("os", "NAME")] = "",
    count: Annotated[str, _answer("count", "N")] = "",
    cpu: Annotated[str, _answer("cpu", "N")] = "",
    memory: Annotated[str, _answer("memory", "SIZE")] = "",
    volume: Annotated[str, _answer("volume", "SIZE")] = "",
    report_no: Annotated[str, _answer("report-no")] = "",
    report_date: Annotated[str, _answer("report-date", "DATE")] = "",
    report_result: Annotated[str, _answer("report-result")] = "",
    report_by: Annotated[str, _answer("report-by")] = "",
    filing: Annotated[str, _answer("filing")] = "",
    filing_due: Annotated[str, _answer("filing-due", "DATE")] = "",
    owner: Annotated[str, _answer("owner", ACCOUNT)] = "",
    technical: Annotated[str, _answer("technical", ACCOUNT)] = "",
    security: Annotated[str, _answer("security", ACCOUNT)] = "",
    system_admin: Annotated[str, _answer("system-admin", ACCOUNT)] = "",
    security_admin: Annotated[str, _answer("security-admin", ACCOUNT)] = "",
    auditor: Annotated[str, _answer("auditor", ACCOUNT)] = "",
    ports: Annotated[str, _answer("ports", "443/tcp")] = "",
    reason: Annotated[str, _answer("reason")] = "",
    backup: Annotated[str, _answer("backup", "NAME")] = "",
    lang: Lang = "",
) -> int:
    """Ask what is missing, write the file, and hold that it validates."""
    given = {key.replace("_", "-"): value for key, value in context.params.items() if isinstance(value, str) and value}
    given.pop("lang", None)
    files = {name: file for name, file in (("from", pattern), ("file", file)) if file}
    if province:
        if files or given:
            raise UsageError("init.with-province", options=", ".join(f"--{name}" for name in (*files, *given)))
        return _province(folder or Path())
    if folder is not None:
        raise UsageError("init.folder-alone", folder=folder)
    if file and slug:
        raise UsageError("init.slug-or-file")
    from govcloud.cli.asking import ask, tell_answers, tell_refusal
    from govcloud.compliance.creation import today
    from govcloud.compliance.foresee import Foresight
    from govcloud.province.draft import open_draft

    draft = open_draft(file.parent if file else Path.cwd(), pattern)
    if file:
        draft.answers["slug"] = file.name
    problems = draft.take(given)
    if problems:
        raise InvalidInput(problems)
    foresight = Foresight(today(), file)
    refused = foresight.refusal(draft)
    if refused:
        tell_refusal(refused)
        typer.echo(say("init.refused"), err=True)
        return int(refused.exit_code)
    if not sys.stdin.isatty():
        _check_complete(draft)
        return _write(draft, file)
    code = int(ExitCode.ERROR)
    try:
        ask(draft, foresight)
        code = _write(draft, file)
    finally:
        if code:
            tell_answers(draft, files)
    return code


def _province(folder: Path) -> int:
    from govcloud.compliance.creation import create_province
    from govcloud.request.load import shown

    for file in create_province(folder):
        typer.echo(say("init.made", file=shown(file)))
    typer.echo(say("init.made-all", folder=shlex.quote(shown(folder))))
    return int(ExitCode.OK)


def _check_complete(draft: Draft) -> None:
    """Take defaults; whatever is missing then is said at once."""
    missing = [f"    --{question.name}  {say(f'init.{question.name}')}" for question in draft.settle()]
    if missing:
        raise UsageError("init.missing", options="\n".join(missing))


def _write(draft: Draft, file: Path | None) -> int:
    from govcloud.cli import printing
    from govcloud.compliance.creation import create_request, place_of
    from govcloud.output.validation import validation_document
    from govcloud.request.load import shown

    place = file or place_of(draft)
    if draft.same_as_pattern():
        raise UsageError("init.same-tenancy", file=shown(place))
    found = create_request(draft, place)
    if found.exit_code != ExitCode.OK:
        printing.show(validation_document([found]), "table", events=True)
        typer.echo(say("init.refused"), err=True)
    else:
        named = shown(place)
        typer.echo(say("init.done-alone" if found.alone else "init.done", file=named, typed=shlex.quote(named)))
    return int(found.exit_code)
