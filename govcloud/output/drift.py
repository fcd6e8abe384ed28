"""Drift in words: changed, missing, unmanaged."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.output.document import Branch, Cell, Data, Document, Finding, Heading, Paragraph, Part, Tone
from govcloud.output.tenancy import left_undone
from govcloud.plan.compare import Difference
from govcloud.plan.drift import Drift
from govcloud.store.leases import Lease
from govcloud.store.runs import Run
from govcloud.text import say

_TONES: dict[str, tuple[str, Tone]] = {"changed": ("~", "warn"), "missing": ("-", "bad"), "unmanaged": ("?", "warn")}


def drift_document(found: Drift) -> Document:
    """What differs, kind by kind."""
    one = found.tenancy
    parts: tuple[Part, ...] = (Heading(f"{one.id} {one.system} {one.name}"),)
    if found.working:
        parts += (Paragraph(_working(found.working), "warn"),)
    parts += tuple(_parts(found))
    if found.clean:
        parts += (Paragraph(say("output.drift.clean"), "good"),)
    if found.unfinished:
        parts += (Paragraph(_unfinished(found.unfinished), "warn"),)
    if found.working:
        parts += (Paragraph(f"→ {_next('working', found)}"),)
    elif found.unfinished:
        parts += (Paragraph(_next("unfinished", found), "plain"),)
    data: Data = {
        "tenancy": one.id,
        "clean": found.clean,
        "unfinished": found.unfinished.id if found.unfinished else "",
        "working": found.working.run if found.working else "",
        "differences": [_data(difference) for difference in found.differences],
        "quotas": [vars(quota) for quota in found.quotas],
    }
    return Document("Drift", data, parts, tuple(_findings(found)))


def _findings(found: Drift) -> Iterator[Finding]:
    """Every difference as a report shows it, or that there is none."""
    one = found.tenancy
    for difference in found.differences:
        words = f"{difference.property} {difference.applied or '-'} → {difference.found or '-'}"
        subject = f"{one.id} {difference.what} {difference.property}".strip()
        yield _finding(difference.how, subject, words if difference.property else "", found)
    for quota in found.quotas:
        words = f"{quota.after} → {'-' if quota.before is None else quota.before}"
        yield _finding("changed", f"{one.id} quota {quota.service}.{quota.key}", words, found)
    if found.unfinished:
        yield _finding("unfinished", f"{one.id} {found.unfinished.id}", "", found)
    if found.working:
        yield _finding("working", f"{one.id} {found.working.run}", "", found)
    if found.clean:
        title = say("output.drift.clean")
        yield Finding("drift", "pass", "high", title, one.id, title)


def _unfinished(run: Run) -> str:
    return say(left_undone(run), run=run.id, actor=run.actor, when=run.started)


def _working(holder: Lease) -> str:
    return say("output.drift.working", **holder.who)


def _next(how: str, found: Drift) -> str:
    """What to do about a difference.

    While somebody is at work nothing but to wait, for it may be his; of a tenancy that somebody began to destroy, an
    apply would build it anew.
    """
    step = "output.drift"
    if found.working:
        step = "output.drift.working"
    elif how == "unmanaged":
        step = "output.drift.unmanaged"
    elif found.unfinished and (how == "unfinished" or found.unfinished.kind == "destroy"):
        step = left_undone(found.unfinished)
    return say(f"{step}.next", path=found.tenancy.path, tenancy=found.tenancy.id)


def _finding(how: str, subject: str, words: str, found: Drift) -> Finding:
    if how == "unfinished" and found.unfinished:
        told = _unfinished(found.unfinished)
    elif how == "working" and found.working:
        told = _working(found.working)
    else:
        told = say(f"output.drift.{how}")
    return Finding(
        rule=f"drift.{how}",
        status="fail",
        severity="medium" if how == "unmanaged" else "high",
        title=told,
        subject=subject,
        message=f"{subject}: {told} {words}".strip(),
        remedy=_next(how, found),
    )


def _data(one: Difference) -> Data:
    return {name: getattr(one, name) for name in ("how", "what", "property", "applied", "found", "token", "id", "born")}


def _parts(found: Drift) -> Iterator[Part]:
    following: list[str] = []
    for how, (symbol, tone) in _TONES.items():
        rows = [
            f"{symbol} {one.what}"
            + (f": {one.property} {one.applied or '-'} → {one.found or '-'}" if one.property else "")
            for one in found.differences
            if one.how == how
        ]
        if how == "changed":
            rows += [
                f"{symbol} quota {q.service}.{q.key}: {q.after} → {'-' if q.before is None else q.before}"
                for q in found.quotas
            ]
        if rows:
            branches = tuple(Branch(Cell(row, tone)) for row in rows)
            yield Branch(Cell(say(f"output.drift.{how}"), "strong"), branches)
            following += () if found.working else (_next(how, found),)
    yield from (Paragraph(f"→ {step}") for step in dict.fromkeys(following))
