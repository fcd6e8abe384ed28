"""`govcloud destroy TARGET`: end tenancies, with everything they have."""

from __future__ import annotations

from functools import partial

import typer

from govcloud.cli.failing import Each
from govcloud.cli.options import Events, Lang, OsCloud, Reason, Tenancies, Yes
from govcloud.errors import Refused, gravest
from govcloud.text import say


def destroy(
    target: Tenancies,
    yes: Yes = False,
    reason: Reason = "",
    os_cloud: OsCloud = "",
    events: Events = False,
    lang: Lang = "",
) -> int:
    """Show what goes, ask for the tenancy's id, destroy, and prove that nothing is left."""
    from govcloud.cli import printing
    from govcloud.output.ending import ending_document
    from govcloud.output.progress import Watch, watch
    from govcloud.plan.context import open_context
    from govcloud.plan.destroy import Ending, refuse_protected
    from govcloud.plan.destroy import destroy as end
    from govcloud.plan.target import is_single, tenancies_of

    context = open_context(printing.start(target), os_cloud=os_cloud)

    def ask(ending: Ending, notify: Watch) -> bool:
        notify.still()
        printing.show(ending_document(ending), "table", events=True)
        return printing.confirm_by_name(say("cli.destroy.ask", tenancy=ending.tenancy.id), ending.tenancy.id, yes=yes)

    each, found = Each(several=not is_single(target)), tenancies_of(context, target)
    for tenancy in found:
        with each.about(tenancy.id):
            refuse_protected(context, tenancy)
    if each.codes:
        raise Refused("plan.destroys-none")
    for tenancy in found:
        with each.about(tenancy.id):
            with watch(events=events) as notify:
                stayed = end(context, tenancy, partial(ask, notify=notify), notify, reason=reason)
            typer.echo(say("cli.destroy.done", tenancy=tenancy.id, system=tenancy.system), err=events)
            for one in stayed:
                typer.echo(say("cli.destroy.stayed", what=one), err=True)
    return int(gravest(each.codes))
