"""`govcloud apply TARGET|PLAN`: do what was planned, exactly."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from govcloud.cli.options import Audience, Events, Format, Lang, OsCloud, Reason, Yes
from govcloud.errors import ExitCode
from govcloud.text import say

What = Annotated[str, typer.Argument(metavar="PATH|PLAN|T-ID|DEPARTMENT", help=say("cli.argument.apply"))]
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
    from govcloud.output.plan import plan_document
    from govcloud.output.progress import Watch, watch
    from govcloud.output.result import result_document
    from govcloud.plan.apply import Permit
    from govcloud.plan.apply import apply as carry_out
    from govcloud.plan.context import open_context
    from govcloud.plan.guard import NotAdmitted
    from govcloud.plan.plan import Plan, is_plan, load
    from govcloud.plan.target import request_files
    from govcloud.request.load import load_request

    context = open_context(printing.start(target), os_cloud=os_cloud)
    reviewed = load(Path(target)) if is_plan(Path(target)) else None
    files = [context.repository.root / reviewed.path] if reviewed else request_files(context, target)
    permit = Permit(reviewed, frozenset(allow_data_loss or ()), allow_delete, reason)
    reader = printing.audience(audience, output)

    def ask(plan: Plan, notify: Watch) -> bool:
        notify.still()
        if reviewed is None:
            printing.show(plan_document(plan, audience=reader, asking=True), "table", events=True)
        return not plan.changes or printing.confirm(
            say("cli.apply.ask", tenancy=plan.tenancy), yes=yes or bool(reviewed)
        )

    code = ExitCode.OK
    for path in files:
        try:
            with watch(events=events) as notify:
                done = carry_out(context, path, partial(ask, notify=notify), notify, permit)
        except NotAdmitted as refused:
            printing.show(plan_document(refused.plan, audience=reader), output, events=events)
            code = refused.exit_code
            continue
        printing.show(result_document(done, has_id=bool(load_request(path).request.tenancy)), output, events=events)
    return int(code)
