"""`govcloud list|show|history|drift`: looking changes nothing."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

import typer

from govcloud.cli.options import (
    Audience,
    DetailedExitcode,
    Events,
    Format,
    Lang,
    OsCloud,
    PlainFormat,
    SiteName,
    Target,
    formats,
)
from govcloud.errors import ExitCode, UsageError, gravest
from govcloud.output.formats import PLAIN
from govcloud.text import say

Department = Annotated[str, typer.Argument(metavar="DEPARTMENT", help=say("cli.argument.department"))]
Expiring = Annotated[str, typer.Option("--expiring", metavar="90d", help=say("cli.option.expiring"))]
PlainOrHandover = Annotated[str, formats(PLAIN, "handover")]
All = Annotated[bool, typer.Option("--all", help=say("cli.option.all"))]


def list_(
    department: Department = "",
    site: SiteName = "",
    expiring: Expiring = "",
    all: All = False,
    audience: Audience = "",
    output: PlainFormat = "",
    lang: Lang = "",
) -> None:
    """Tenancies by department, system and environment, and what saved plans have reserved."""
    from govcloud.cli import printing
    from govcloud.output.tenancy import list_document
    from govcloud.plan.context import open_context, today
    from govcloud.plan.target import reservations_in, site_named, tenancies_in
    from govcloud.store.isolations import isolations
    from govcloud.store.runs import unended
    from govcloud.store.tenancies import all_reservations, all_tenancies

    context = open_context(printing.start(department))
    if printing.audience(audience, output) == "department" and not department:
        raise UsageError("cli.whose-list")
    found = tenancies_in(context, department, ended=all) if department else all_tenancies(context.store, ended=all)
    kept = reservations_in(context, department) if department else all_reservations(context.store)
    if site:
        known = site_named(context, site)
        found = [one for one in found if one.site == known.name]
        kept = [one for one in kept if one.allocation.site == known.name]
    if expiring:
        last = today() + dt.timedelta(days=_days(expiring))
        found, kept = [one for one in found if one.until <= str(last)], []  # of terms, and a reservation has none
    names = {d.uscc: short for short, d in context.repository.departments.items()}
    printing.show(list_document(found, kept, names, isolations(context.store, found), unended(context.store)), output)


def _days(text: str) -> int:
    match = re.fullmatch(r"(\d{1,4})d", text)
    if match is None:
        raise UsageError("cli.not-days", value=text)
    return int(match[1])


def show(
    target: Target,
    output: PlainOrHandover = "",
    os_cloud: OsCloud = "",
    lang: Lang = "",
) -> int:
    """One tenancy in full, or its handover sheet."""
    from govcloud.cli import printing
    from govcloud.output.tenancy import handover_document, show_document
    from govcloud.plan.context import open_context
    from govcloud.plan.look import look
    from govcloud.plan.target import is_single, tenancies_seen

    context = open_context(printing.start(target), os_cloud=os_cloud)
    handover = output == "handover"
    with printing.answering("markdown" if handover else output, several=not is_single(target)) as answer:
        for tenancy in tenancies_seen(context, target):
            with answer.about(tenancy.path):
                seen = look(context, tenancy)
                if handover:
                    known = context.repository.department(tenancy.department)
                    answer(handover_document(seen, known[1].name if known else tenancy.department))
                else:
                    answer(show_document(seen))
    return int(gravest(answer.codes))


def history(target: Target, output: PlainFormat = "", lang: Lang = "") -> None:
    """The runs of a tenancy."""
    from govcloud.cli import printing
    from govcloud.output.history import history_document
    from govcloud.plan.context import open_context
    from govcloud.plan.target import ids_of, is_single, tenancy_of
    from govcloud.store.leases import history_as_it_is as runs_of

    context = open_context(printing.start(target))
    with printing.answering(output, several=not is_single(target)) as answer:
        for tenancy in ids_of(context, target):
            # a tenancy that ended has a history too, and one of which only a plan was saved
            found = runs_of(context.store, tenancy)
            answer(history_document(tenancy if found else tenancy_of(context, tenancy, target).id, found))


def drift(
    target: Target,
    output: Format = "",
    os_cloud: OsCloud = "",
    detailed_exitcode: DetailedExitcode = False,
    events: Events = False,
    lang: Lang = "",
) -> int:
    """Changed outside, missing, or unmanaged."""
    from govcloud.cli import printing
    from govcloud.output.drift import drift_document
    from govcloud.output.progress import watch
    from govcloud.plan.context import open_context
    from govcloud.plan.drift import drift as find
    from govcloud.plan.target import is_single, tenancies_seen

    context = open_context(printing.start(target), os_cloud=os_cloud)
    clean, several, people = True, not is_single(target), printing.for_people(output, events=events)
    with printing.answering(output, several=several, events=events, detailed=detailed_exitcode) as answer:
        for tenancy in tenancies_seen(context, target):
            with answer.about(tenancy.path):
                with watch(events=events, lines=people) as notify:
                    found = find(context, tenancy, notify)
                clean = clean and found.clean
                answer(drift_document(found))
    code = gravest(answer.codes)
    return int(ExitCode.INVALID if detailed_exitcode and not clean and code == ExitCode.OK else code)
