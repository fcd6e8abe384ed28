"""`govcloud hold|release|isolate|unlock TARGET`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from govcloud.cli.failing import Each
from govcloud.cli.options import Lang, OsCloud, Reason, Tenancies, Yes, legible
from govcloud.errors import UsageError, gravest
from govcloud.text import say

if TYPE_CHECKING:
    from govcloud.plan.isolation import Cut, Released
    from govcloud.store.leases import Lease

RELEASABLE: Final = ("hold", "isolation")


def _known(value: str) -> str:
    if value and value not in RELEASABLE:
        raise typer.BadParameter(say("cli.unknown-only", value=value, known=", ".join(RELEASABLE)))
    return value


Ticket = Annotated[str, typer.Option("--ticket", metavar="NO", callback=legible, help=say("cli.option.ticket"))]
Only = Annotated[str, typer.Option("--only", metavar="hold|isolation", callback=_known, help=say("cli.option.only"))]


def hold(target: Tenancies, reason: Reason = "", ticket: Ticket = "", os_cloud: OsCloud = "", lang: Lang = "") -> int:
    """No changes from now on."""
    from govcloud.cli import printing
    from govcloud.plan import protect
    from govcloud.plan.context import open_context
    from govcloud.plan.target import is_single, tenancies_of

    _need(reason)
    context = open_context(printing.start(target), os_cloud=os_cloud)
    each = Each(several=not is_single(target))
    for tenancy in tenancies_of(context, target):
        with each.about(tenancy.id):
            protect.hold(context, tenancy, reason=reason, ticket=ticket)
            typer.echo(say("cli.hold.done", tenancy=tenancy.id))
    return int(gravest(each.codes))


def release(
    target: Tenancies, only: Only = "", reason: Reason = "", yes: Yes = False, os_cloud: OsCloud = "", lang: Lang = ""
) -> int:
    """End a hold or an isolation; where there is neither, what a saved plan has reserved."""
    from govcloud.cli import printing
    from govcloud.errors import Cancelled
    from govcloud.plan import isolation
    from govcloud.plan.context import open_context
    from govcloud.plan.giving import give_back
    from govcloud.plan.target import ids_of, is_single, reservations_in, tenancy_of
    from govcloud.store.tenancies import find

    context = open_context(printing.start(target), os_cloud=os_cloud)
    reserved = {one.allocation.tenancy: one for one in reservations_in(context, target)}
    names, each = ids_of(context, target), Each(several=not is_single(target))
    for standing in filter(None, (find(context.store, name) for name in names)):
        isolation.to_end(context.store, standing, only)  # none is released while it is unclear of one what is meant
    for name in names:
        known, kept = find(context.store, name), reserved.get(name)
        with each.about(name):
            if kept is None or only or (known and (known.isolated or known.hold)):
                done = isolation.release(context, tenancy_of(context, name, target), reason=reason, only=only)
                for line in _released(done, only):
                    typer.echo(line)
                continue
            named = {"tenancy": name, "system": kept.allocation.system, "plan": kept.plan}
            if not printing.confirm(say("cli.release.ask", **named), yes=yes):
                raise Cancelled("plan.cancelled")
            give_back(context, kept, reason=reason)
            typer.echo(say("cli.release.given-back", **named))
    return int(gravest(each.codes))


def _released(done: Released, only: str) -> Iterator[str]:
    """What a release ended, and what stands still."""
    one = done.tenancy
    held = {"who": one.hold.who, "why": one.hold.why, "ticket": one.hold.ticket or "-"} if one.hold else {}
    if done.ended == "isolation":
        yield say("cli.release.done", tenancy=one.id, count=len(done.ports))
    elif done.ended == "hold":
        yield say("cli.release.hold", tenancy=one.id, **held)
    else:
        yield say(f"cli.release.no-{only}" if only else "cli.release.nothing", tenancy=one.id)
    if held and done.ended != "hold":
        yield say("cli.release.still-held", tenancy=one.id, **held)
    if one.isolated and done.ended != "isolation":
        yield say("cli.release.still-isolated", tenancy=one.id)


def isolate(target: Tenancies, reason: Reason = "", yes: Yes = False, os_cloud: OsCloud = "", lang: Lang = "") -> int:
    """Cut all traffic, without the engine."""
    from govcloud.cli import printing
    from govcloud.errors import Cancelled, GovcloudError, Interrupted
    from govcloud.output.progress import watch
    from govcloud.plan import isolation
    from govcloud.plan.context import open_context
    from govcloud.plan.target import is_single, tenancies_of
    from govcloud.stopping import stopping

    _need(reason)
    context = open_context(printing.start(target), os_cloud=os_cloud, hurried=True)
    found, each, given_up = tenancies_of(context, target), Each(several=not is_single(target)), set[str]()
    # a site that does not answer keeps nobody on another waiting, nor one of its tenancies all the others
    with stopping(Interrupted("cli.isolate-none")):
        silent = isolation.silent_sites(context, found)
    if silent:
        typer.echo(
            say("cli.isolate.silent", sites=", ".join(sorted(silent)), seconds=f"{isolation.LOOK:.0f}"), err=True
        )
    for tenancy in sorted(found, key=lambda one: one.site in silent):
        with each.about(tenancy.id):
            if not printing.confirm(say("cli.isolate.ask", tenancy=tenancy.id, system=tenancy.system), yes=yes):
                raise Cancelled("plan.cancelled")
            until = time.monotonic() if tenancy.site in given_up else None
            given_up.add(tenancy.site)
            try:
                with watch() as notify:
                    cut = isolation.isolate(context, tenancy, notify, reason=reason, until=until)
            except GovcloudError:
                if not isolation.is_marked(context, tenancy):
                    typer.echo(say("cli.isolate.flows", tenancy=tenancy.id), err=True)
                raise
            given_up.discard(tenancy.site)
            for line in _isolated(tenancy.id, cut):
                typer.echo(line)
    return int(gravest(each.codes))


def _isolated(tenancy: str, cut: Cut) -> Iterator[str]:
    """What an isolation did, and what is left to somebody."""
    yield say("plan.isolated", tenancy=tenancy, count=cut.down, seconds=cut.seconds)
    if cut.interrupted is not None:
        who = {"actor": cut.interrupted.actor, "command": cut.interrupted.command}
        # what a destroy left undone is for no apply
        ending = "-destroy" if cut.interrupted.command == "destroy" else ""
        yield say(f"plan.isolate-interrupted{ending}", tenancy=tenancy, **who)
    if cut.members:
        yield say("plan.isolate-members", tenancy=tenancy, group=cut.members)


def unlock(target: Tenancies, reason: Reason = "", os_cloud: OsCloud = "", lang: Lang = "") -> int:
    """Break what a dead run left locked."""
    from govcloud.cli import printing
    from govcloud.plan import protect
    from govcloud.plan.context import open_context
    from govcloud.plan.target import is_single, tenancies_of

    context = open_context(printing.start(target), os_cloud=os_cloud)
    each = Each(several=not is_single(target))
    for tenancy in tenancies_of(context, target):
        with each.about(tenancy.id):
            typer.echo(_unlocked(tenancy.id, protect.unlock(context, tenancy, reason=reason)))
    return int(gravest(each.codes))


def _unlocked(tenancy: str, broken: Lease | None) -> str:
    if broken is None:
        return say("cli.unlock.nothing", tenancy=tenancy)
    return say("cli.unlock.done", tenancy=tenancy, **broken.who)


def _need(reason: str) -> None:
    if not reason.strip():
        raise UsageError("cli.needs-reason")
