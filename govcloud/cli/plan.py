"""`govcloud plan TARGET [--save FILE]`: what would happen; writes nothing but a saved plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govcloud.cli.options import Audience, DetailedExitcode, Events, Format, Lang, OsCloud, Target
from govcloud.cli.options import path as path_of
from govcloud.errors import ExitCode, UsageError, gravest
from govcloud.text import say

Save = Annotated[Path | None, typer.Option("--save", metavar="FILE", parser=path_of, help=say("cli.option.save"))]


def plan(
    target: Target,
    save: Save = None,
    output: Format = "",
    audience: Audience = "",
    os_cloud: OsCloud = "",
    detailed_exitcode: DetailedExitcode = False,
    events: Events = False,
    lang: Lang = "",
) -> int:
    """Plan every request the target stands for; the worst outcome is the exit code."""
    from govcloud.cli import printing
    from govcloud.events import Event
    from govcloud.output.plan import plan_document
    from govcloud.output.progress import watch
    from govcloud.plan.context import open_context
    from govcloud.plan.guard import NotAdmitted
    from govcloud.plan.planning import plan_file
    from govcloud.plan.target import is_single, request_files
    from govcloud.request.load import shown

    context = open_context(printing.start(target), os_cloud=os_cloud)
    files = request_files(context, target)
    if save is not None and len(files) > 1:
        raise UsageError("plan.save-one")
    changes = False
    several, people = not is_single(target), printing.for_people(output, events=events)
    with printing.answering(output, several=several, events=events, detailed=detailed_exitcode) as answer:
        for path in files:
            with answer.about(shown(path)):
                with watch(events=events, lines=people) as notify:
                    if several:
                        notify(Event("request", "note", shown(path)))
                    found = plan_file(context, path, notify, save)
                    if not found.admitted:
                        notify.failed(NotAdmitted(found))
                source, reader = save or Path(shown(path)), printing.audience(audience, output)
                root = None if save is None or _led(save) == context.repository.root else context.repository.root
                document = plan_document(
                    found, audience=reader, source=source.absolute() if root else source, root=root
                )
                answer(document, ExitCode.OK if found.admitted else ExitCode.REFUSED)
                changes = changes or found.changes
                if save is not None and found.admitted and people:
                    typer.echo(say("cli.plan.saved", file=save), err=True)
    code = gravest(answer.codes)
    # 2 means "changes" here, as in terraform -detailed-exitcode
    return int(ExitCode.INVALID if detailed_exitcode and changes and code == ExitCode.OK else code)


def _led(save: Path) -> Path | None:
    """The operator's repository that `apply` finds from here, or else from where the plan is saved."""
    from govcloud.province.repository import find_root

    return find_root(Path.cwd()) or find_root(save)
