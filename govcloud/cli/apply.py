"""`govcloud apply TARGET|PLAN`: do what was planned, exactly."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from govcloud.cli.options import Audience, Events, Format, Lang, OsCloud, Reason, Yes, not_empty
from govcloud.errors import gravest
from govcloud.text import say

What = Annotated[
    str, typer.Argument(metavar="PATH|PLAN|T-ID|DEPARTMENT", callback=not_empty, help=say("cli.argument.apply"))
]
DataLoss = Annotated[
    list[str] | None, typer.Option("--allow-data-loss", metavar="STEP", help=say("cli.option.allow-data-loss"))
]
Deletions = Annotated[int | None, typer.Option("--allow-delete", metavar="N", help=say("cli.option.allow-delete"))]


def apply(
    target: What,
    yes: Yes = False,
    reason: Reason = "",
    allow_data_loss: DataLoss = None,
    allow_delete: Deletions = None,
    output: Format = "",
    audience: Audience = "",
    os_cloud: OsCloud = "",
    events: Events = False,
    lang: Lang = "",
) -> int:
    """Plan, show, ask, apply, prove; a saved plan is applied exactly or refused."""
    from govcloud.cli import printing
    from govcloud.events import Event
    from govcloud.output.plan import plan_document
    from govcloud.output.progress import Watch, watch
    from govcloud.output.result import result_document
    from govcloud.plan.apply import Permit
    from govcloud.plan.apply import apply as carry_out
    from govcloud.plan.context import open_context
    from govcloud.plan.guard import NotAdmitted
    from govcloud.plan.plan import Plan, is_plan, load
    from govcloud.plan.target import is_single, request_files
    from govcloud.province.repository import find_root
    from govcloud.request.load import load_request, shown
    from govcloud.store.tenancies import find

    reviewed = load(Path(target)) if is_plan(Path(target)) else None
    # a saved plan may lie anywhere, as what a pipeline hands on does
    here = Path.cwd() if reviewed and find_root(Path.cwd()) else printing.start(target)
    context = open_context(here, os_cloud=os_cloud)
    files = [context.repository.root / reviewed.path] if reviewed else request_files(context, target)
    permit = Permit(reviewed, frozenset(allow_data_loss or ()), allow_delete, reason)
    reader = printing.audience(audience, output)

    def ask(plan: Plan, notify: Watch) -> bool:
        notify.still()
        if reviewed is None and people:
            printing.show(plan_document(plan, audience=reader, asking=True), "table", events=True)
        return not plan.changes or printing.confirm(
            say("cli.apply.ask", tenancy=plan.tenancy), yes=yes or bool(reviewed)
        )

    several, people = not is_single(target), printing.for_people(output, events=events)
    with printing.answering(output, several=several, events=events) as answer:
        for path in files:
            with answer.about(shown(path)):
                try:
                    with watch(events=events, lines=people) as notify:
                        if several:
                            notify(Event("request", "note", shown(path)))
                        done = carry_out(context, path, partial(ask, notify=notify), notify, permit)
                except NotAdmitted as refused:
                    answer(plan_document(refused.plan, audience=reader), refused.exit_code)
                else:
                    known, has_id = find(context.store, done.tenancy), bool(load_request(path).request.tenancy)
                    answer(result_document(done, has_id=has_id, isolated=bool(known and known.isolated)))
    return int(gravest(answer.codes))
