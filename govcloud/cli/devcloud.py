"""`govcloud devcloud up|down|show|reset|env`."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final

import typer

from govcloud.cli.options import Events, Lang, PlainFormat, Yes
from govcloud.text import say

if TYPE_CHECKING:
    from govcloud.devcloud.status import ServiceStatus, Status
    from govcloud.output.document import Cell, Document

Remove = Annotated[bool, typer.Option("--remove", help=say("cli.devcloud.option.remove"))]


def up(events: Events = False, lang: Lang = "") -> None:
    """Bring it up."""
    from govcloud import devcloud
    from govcloud.output.progress import watch

    with watch(events=events) as notify:
        devcloud.up(notify)


def down(remove: Remove = False, yes: Yes = False, events: Events = False, lang: Lang = "") -> None:
    """End everything that `up` started."""
    from govcloud import devcloud
    from govcloud.output.progress import watch

    if remove:
        _confirm(say("devcloud.ask-remove", folder=devcloud.installation().data), yes)
    with watch(events=events) as notify:
        devcloud.remove(notify) if remove else devcloud.down(notify)


def reset(yes: Yes = False, events: Events = False, lang: Lang = "") -> None:
    """Back to the seed."""
    from govcloud import devcloud
    from govcloud.output.progress import watch

    _confirm(say("devcloud.ask-reset"), yes)
    with watch(events=events) as notify:
        devcloud.reset(notify)


def show(output: PlainFormat = "", lang: Lang = "") -> int:
    """What runs; 1 when not everything does."""
    from govcloud.cli.printing import show as print_document
    from govcloud.devcloud import installation, status

    now = status(installation())
    print_document(_document(now), output)
    return 0 if now.is_up else 1


def env(output: PlainFormat = "", lang: Lang = "") -> None:
    """The variables that lead clients here."""
    from govcloud.devcloud import installation, variables

    found = variables(installation())
    if output in ("", "table"):
        typer.echo("\n".join(f"export {name}={shlex.quote(value)}" for name, value in found.items()))
        return
    from govcloud.cli.printing import show as print_document
    from govcloud.output.document import Document, Table

    columns = (say("devcloud.column.variable"), say("devcloud.column.value"))
    print_document(Document("DevcloudEnvironment", dict(found), (Table(columns, tuple(found.items())),)), output)


def _confirm(question: str, yes: bool) -> None:
    from govcloud.errors import Cancelled, UsageError

    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("devcloud.needs-yes", question=question)
    if not typer.confirm(question):
        raise Cancelled("devcloud.cancelled")


def _document(now: Status) -> Document:
    from govcloud.output.document import Data, Document, Heading, Paragraph, Part, Table

    names = ("service", "state", "pid", "port", "since", "memory", "log")
    columns = tuple(say(f"devcloud.column.{name}") for name in names)
    running = sum(service.state == "running" for service in now.services)
    verdict = say("devcloud.counts", running=running, all=len(now.services))
    parts: list[Part] = [Paragraph(verdict, "good" if now.is_up else "bad")]
    if now.outdated:
        parts.append(Paragraph(say("devcloud.outdated") + "\n" + say("devcloud.outdated.next"), "warn"))
    parts.append(Table(columns, tuple(_row(service) for service in now.services)))
    for service in now.services:
        if service.state == "dead":
            parts += [
                Heading(say("devcloud.died", service=service.name, reason=service.reason, time=_clock(service.since))),
                Paragraph(service.tail),
            ]
    folders = _folders(now)
    parts.append(Heading(say("devcloud.folders")))
    parts.append(Table(("", ""), tuple((say(f"devcloud.folder.{name}"), path) for name, path in folders.items())))
    parts.append(Paragraph(say("devcloud.how-to-remove"), "dim"))
    records = [_record(service) for service in now.services]
    data: dict[str, Data] = {"up": now.is_up, "outdated": now.outdated, "services": records, **folders}
    return Document("Devcloud", data, tuple(parts))


def _folders(now: Status) -> dict[str, str]:
    here = now.here
    return {
        "clouds": str(here.clouds_file),
        "identity": f"http://127.0.0.1:{here.port('keystone')}/v3",
        "data": str(here.data),
        "logs": str(here.logs),
        "python": str(here.cache),
    }


def _row(service: ServiceStatus) -> tuple[str | Cell, ...]:
    from govcloud.output.document import Cell

    tone = {"running": "good", "dead": "bad"}.get(service.state, "warn")
    return (
        service.name,
        Cell(say(f"devcloud.state.{service.state}"), tone),  # type: ignore[arg-type]
        str(service.pid or ""),
        str(service.port or ""),
        _clock(service.since),
        f"{service.memory / 2**20:.0f} MiB" if service.memory else "",
        service.log.name,
    )


def _record(service: ServiceStatus) -> dict[str, str | int | float | None]:
    return {
        "name": service.name,
        "state": service.state,
        "pid": service.pid or None,
        "port": service.port,
        "since": service.since or None,
        "memory": service.memory,
        "log": str(service.log),
        "reason": service.reason,
        "tail": service.tail,
    }


def _clock(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment)) if moment else ""


COMMANDS: Final[dict[str, Callable[..., object]]] = {
    "up": up,
    "down": down,
    "show": show,
    "reset": reset,
    "env": env,
}
