"""Drift in words: changed, missing, not in the records, left by what did not come to its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from govcloud.output.document import Branch, Cell, Data, Document, Finding, Heading, Paragraph, Part, Tone
from govcloud.output.tenancy import left_undone
from govcloud.text import say

if TYPE_CHECKING:
    from govcloud.compliance.rule import Severity
    from govcloud.plan.compare import Difference
    from govcloud.plan.drift import Drift
    from govcloud.plan.plan import QuotaChange


@dataclass(frozen=True)
class _Kind:
    """A way to differ: its sign and tone among the lines, and how grave a report calls it."""

    sign: str
    tone: Tone
    severity: Severity


# in the order in which they are told
_KINDS: Final = {
    "changed": _Kind("~", "warn", "high"),
    "missing": _Kind("-", "bad", "high"),
    "left": _Kind("!", "warn", "high"),
    "unmanaged": _Kind("?", "warn", "medium"),
    "unfinished": _Kind("", "warn", "high"),
    "working": _Kind("", "warn", "medium"),
}


@dataclass(frozen=True)
class _Row:
    """One thing that differs: what it is, and how its property was applied and is now, where it has one."""

    how: str
    what: str
    property: str = ""
    words: str = ""


def drift_document(found: Drift) -> Document:
    """What differs, kind by kind; first of all who is at work, or what did not come to its end."""
    one = found.tenancy
    parts: list[Part] = [Heading(f"{one.id} {one.system} {one.name}")]
    parts += (Paragraph(_said(how, found), _KINDS[how].tone) for how in _standing(found))
    if one.isolated:
        parts.append(Paragraph(say("output.drift.isolated", tenancy=one.id), "warn"))
    parts += _parts(found)
    if found.clean:
        parts.append(Paragraph(say("output.drift.clean"), "good"))
    data: Data = {
        "tenancy": one.id,
        "clean": found.clean,
        "isolated": one.isolated,
        "unfinished": found.unfinished.id if found.unfinished else "",
        "working": found.working.run if found.working else "",
        "differences": [
            *(_data(difference.how, difference) for difference in found.differences),
            *(_data("left", difference) for difference in _left(found)),
        ],
        "quotas": [_quota_data(quota) for quota in found.quotas],
    }
    return Document("Drift", data, tuple(parts), tuple(_findings(found)))


def _standing(found: Drift) -> Iterator[str]:
    """What is true of the tenancy as a whole."""
    if found.working:
        yield "working"
    if found.unfinished:
        yield "unfinished"


def _rows(found: Drift) -> Iterator[_Row]:
    for one in found.differences:
        words = f"{one.property} {one.applied or '-'} → {one.found or '-'}" if one.property else ""
        yield _Row(one.how, one.what, one.property, words)
    for quota in found.quotas:
        words = f"{quota.after} → {'-' if quota.before is None else quota.before}"
        yield _Row("changed", f"quota {quota.service}.{quota.key}", "", words)
    yield from (_Row("left", one.what) for one in _left(found))


def _left(found: Drift) -> Iterable[Difference]:
    """Each thing that was left once: it goes altogether, whatever of it differs."""
    return {(one.token, one.id): one for one in found.left}.values()


def _parts(found: Drift) -> Iterator[Part]:
    # whose it may be comes first: where other records built it, nothing of what follows holds
    first = ["unmanaged"] if found.unrecorded else []
    rows, following = list(_rows(found)), [_next(how, found) for how in (*first, *_standing(found))]
    for how, kind in _KINDS.items():
        lines = [f"{kind.sign} {row.what}{f': {row.words}' if row.words else ''}" for row in rows if row.how == how]
        if lines:
            yield Branch(Cell(_said(how, found), "strong"), tuple(Branch(Cell(line, kind.tone)) for line in lines))
            following.append(_next(how, found))
    yield from (Paragraph(f"→ {step}") for step in dict.fromkeys(following))


def _findings(found: Drift) -> Iterator[Finding]:
    """Every difference as a report shows it, or that there is none."""
    one = found.tenancy
    for row in _rows(found):
        yield _finding(row.how, f"{one.id} {row.what} {row.property}".strip(), row.words, found)
    if found.unfinished:
        yield _finding("unfinished", f"{one.id} {found.unfinished.id}", "", found)
    if found.working:
        yield _finding("working", f"{one.id} {found.working.run}", "", found)
    if found.clean:
        title = say("output.drift.clean")
        yield Finding("drift", "pass", "high", title, one.id, title)


def _finding(how: str, subject: str, words: str, found: Drift) -> Finding:
    told = _said(how, found)
    return Finding(
        rule=f"drift.{how}",
        status="fail",
        severity=_KINDS[how].severity,
        title=told,
        subject=subject,
        message=f"{subject}: {told} {words}".strip(),
        remedy=_next(how, found),
    )


def _said(how: str, found: Drift) -> str:
    """How something differs. What differs while a change is not at its end may be that one's doing."""
    if how == "working" and found.working:
        return say("output.drift.working", **found.working.who)
    if how == "unfinished" and found.unfinished:
        run = found.unfinished
        return say(left_undone(run), run=run.id, actor=run.actor, when=run.started)
    if how == "changed" and (found.unfinished or found.working):
        return say("output.drift.differs")
    return say(f"output.drift.{how}")


def _next(how: str, found: Drift) -> str:
    """What to do about a difference.

    While somebody is at work nothing but to wait, for it may be his; what was begun is ended by the same command: of a
    tenancy that somebody began to destroy, an apply would build it anew. While it is held nobody changes anything.
    What bears our mark other records may know, which are the ones to go on with.
    """
    one, step = found.tenancy, "output.drift"
    if found.working:
        step = "output.drift.working"
    elif how == "unmanaged":
        step = "output.drift.unrecorded" if found.unrecorded else "output.drift.unmanaged"
    elif one.hold and not (found.unfinished and found.unfinished.kind == "destroy"):
        step = "output.drift.held"
    elif found.unfinished:
        step = left_undone(found.unfinished)
    return say(f"{step}.next", path=one.path, tenancy=one.id)


def _data(how: str, one: Difference) -> Data:
    names = ("what", "property", "applied", "found", "token", "id", "born")
    return {"how": how, **{name: getattr(one, name) for name in names}}


def _quota_data(one: QuotaChange) -> Data:
    return {"service": one.service, "key": one.key, "applied": one.after, "found": one.before}
