"""A plan as a document: what it would do, why it may or may not, and how to apply it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from govcloud.compliance import words
from govcloud.compliance.rules import RULES
from govcloud.errors import ExitCode, Problem
from govcloud.output.document import Branch, Cell, Data, Document, Finding, Fold, Heading, Paragraph, Part, Table, Tone
from govcloud.output.findings import (
    finding_data,
    finding_parts,
    findings,
    place_data,
    placed,
    problem_data,
    problem_finding,
)
from govcloud.plan.dataloss import flags
from govcloud.text import next_step, say

if TYPE_CHECKING:
    from govcloud.allocation.ledger import Allocation
    from govcloud.engine.steps import Step
    from govcloud.plan.plan import Missing, Opening, Plan

SYMBOLS: Final[dict[str, tuple[str, Tone]]] = {
    "create": ("+", "good"),
    "update": ("~", "warn"),
    "delete": ("-", "bad"),
    "replace": ("±", "bad"),
}


def plan_document(
    plan: Plan, *, audience: str, asking: bool = False, source: Path | None = None, root: Path | None = None
) -> Document:
    """The plan for people and machines.

    An operator also sees what it is bound to. When it is shown to be asked about, how to apply it is left out; that is
    done from its `source`, the request or the saved plan as seen from here, after going to the repository's `root`
    where neither lies in one.
    """
    found, reasons = findings(plan.judgements), _reasons(plan)
    steps = [step for step in plan.steps if not step.scaffolding]
    parts: list[Part] = [
        Heading(say("output.plan.title", system=plan.system, name=plan.system_name, environment=_environment(plan))),
        Paragraph(
            say("output.plan.identity", tenancy=plan.tenancy, site=plan.site, until=plan.until, plan=plan.id), "dim"
        ),
        _summary(plan, steps, len(reasons)),
        *map(_refusal, reasons),
        *_losses(plan),
        *_others(plan),
        *_given(plan.allocation),
        *_openings(plan.openings),
        *_defaults(plan),
        *_promises(plan),
        *_steps(steps),
        *_quotas(plan),
        *_mends(plan),
        Fold(say("output.plan.findings"), finding_parts(found)),
    ]
    if audience == "operator":
        parts.append(_bound(plan))
    if not plan.admitted:
        # whoever reads the end of a log alone must not take it for granted
        parts.append(Paragraph(say("output.plan.end"), "bad"))
    if plan.admitted and plan.changes and not asking:
        first = f"cd {shlex.quote(str(root))} && " if root else ""
        named = shlex.quote(str(source or plan.path))
        typed = f"{first}govcloud apply {named} {flags(plan.losses, _much(plan))}".rstrip()
        parts.append(Paragraph(say("output.plan.next", command=typed), "strong"))
    # what a rule refuses is a finding already
    others = [one for one in reasons if one not in found]
    reported = tuple(placed(one, plan.path) for one in (*others, *found))
    return Document("Plan", _data(plan, steps, found), tuple(parts), reported)


def _environment(plan: Plan) -> str:
    return say(f"output.environment.{plan.environment}")


def _summary(plan: Plan, steps: Sequence[Step], reasons: int) -> Part:
    if not plan.admitted:
        return Paragraph(say("output.plan.refused", count=reasons), "bad")
    if not plan.changes:
        return Paragraph(say("output.plan.nothing"), "good")
    counts = Counter(step.op for step in steps)
    line = ", ".join(f"{say(f'output.op.{op}')} {counts[op]}" for op in SYMBOLS if counts[op])
    limits = say("output.plan.limits", count=len(plan.quotas))
    return Paragraph(say("output.plan.summary", counts=line, limits=limits) if line else limits, "strong")


def _reasons(plan: Plan) -> tuple[Finding, ...]:
    """Why the plan is not admitted, whoever says so: the operator, what there is, a rule."""
    others = (problem_finding(_problem(one), ExitCode.REFUSED) for one in (*plan.blocks, *plan.missing))
    return (*others, *findings(plan.refusing))


def _problem(reason: Missing) -> Problem:
    return Problem(reason.code, reason.params, reason.place, reason.key)


def _refusal(one: Finding) -> Part:
    # the code of what no rule says tells a person nothing
    what = f"{one.rule} {one.message}" if one.rule in RULES else one.message
    lines = (f"{one.place}: {what}" if one.place else what, f"→ {one.remedy}" if one.remedy else "", one.clause)
    return Paragraph("✘ " + "\n    ".join(line for line in lines if line), "bad")


def _reason(reason: Missing) -> Data:
    return {**problem_data(_problem(reason)), "params": dict(reason.params)}


def _rule(one: Finding) -> Data:
    """A rule's refusal for machines, under the keys that every reason has."""
    what: dict[str, Data] = {"code": one.rule, "rule": one.rule, "key": one.subject, **place_data(one.place)}
    return {**what, "message": one.message, "next": one.remedy, "clause": one.clause}


def _words(note: Missing) -> str:
    place = f"{note.place}: " if note.place else ""
    following = next_step(note.code, **note.params)
    arrow = f"\n    → {following}" if following else ""
    return f"{place}{say(note.code, **note.params)}{arrow}"


def _losses(plan: Plan) -> Iterator[Part]:
    for label in plan.losses:
        yield Paragraph(say("output.plan.loss", step=label), "bad")
    if count := _much(plan):
        yield Paragraph(say("plan.deletes-much", count=count, cap=plan.delete_cap), "bad")


def _much(plan: Plan) -> int:
    """How many resources would go or be replaced, where these are more than the cap; else 0."""
    return plan.deletions if plan.deletions > plan.delete_cap else 0


def _others(plan: Plan) -> Iterator[Part]:
    """What no request asks for: remains of earlier runs, which go, what is somebody's, waivers that cover nothing."""
    for what in plan.remains:
        yield Paragraph(say("output.plan.remains", what=what), "warn")
    for what in plan.unmanaged:
        yield Paragraph(say("output.plan.unmanaged", what=what), "warn")
    for note in plan.notes:
        yield Paragraph(f"! {_words(note)}", "warn")
    for waiver in plan.orphaned:
        yield Paragraph(words.orphan(waiver), "warn")


def _given(allocation: Allocation | None) -> Iterator[Part]:
    if allocation is None:
        return
    amounts, granted = allocation.demand, allocation.granted
    columns = ("instances", "cores", "memory", "disk", "volumes", "addresses", "ports")
    rows = [
        tuple(
            str(number)
            for number in (
                some.instances,
                some.cores,
                f"{some.memory // 1024} GiB",
                f"{some.disk} GiB",
                ", ".join(f"{kind} {size} GiB" for kind, size in some.volumes.items()) or "-",
                sum(some.addresses.values()),
                some.ports,
            )
        )
        for some in (amounts, *([granted] if granted != amounts else []))
    ]
    labels = (say("output.plan.built"), say("output.plan.granted"))
    yield Heading(say("output.plan.amounts"))
    yield Table(
        ("", *(say(f"output.amount.{name}") for name in columns)),
        tuple((label, *row) for label, row in zip(labels, rows, strict=False)),
    )
    yield Heading(say("output.plan.addresses"))
    networks = (
        (key, network.zone, str(network.cidr), str(network.gateway)) for key, network in allocation.networks.items()
    )
    yield Table(tuple(say(f"output.column.{c}") for c in ("network", "zone", "range", "gateway")), tuple(networks))
    machines = ((name, one.network, str(one.address), one.zone) for name, one in sorted(allocation.machines.items()))
    names = ("server", "network", "address", "availability-zone")
    yield Table(tuple(say(f"output.column.{c}") for c in names), tuple(machines))


def _openings(openings: Sequence[Opening]) -> Iterator[Part]:
    """Flows of the request, and apart from them what every server has from the province."""
    for origin in ("request", "baseline"):
        rows = tuple(
            (one.server or "*", say(f"output.direction.{one.direction}"), one.remote, one.ports, one.reason)
            for one in openings
            if one.origin == origin
        )
        if rows:
            columns = tuple(say(f"output.column.{c}") for c in ("server", "direction", "remote", "ports", "reason"))
            yield Fold(say(f"output.plan.flows-{origin}"), (Table(columns, rows),))


def _defaults(plan: Plan) -> Iterator[Part]:
    if plan.defaults:
        rows = tuple((default.key, default.value) for default in plan.defaults)
        columns = (say("output.column.key"), say("output.column.value"))
        yield Fold(say("output.plan.defaults"), (Table(columns, rows),))


def _promises(plan: Plan) -> Iterator[Part]:
    if plan.self_service:
        yield Paragraph(say("output.plan.self-service"), "warn")


def _steps(steps: Sequence[Step]) -> Iterator[Part]:
    stacks = list(dict.fromkeys(step.stack for step in steps))
    for stack in stacks:
        inside = [step for step in steps if step.stack == stack]
        branches = tuple(_branch(step) for step in sorted(inside, key=lambda s: (s.kind, s.name)))
        title = say("output.plan.stack", stack=say(f"output.stack.{stack}"), count=len(inside))
        yield Fold(title, (Branch(Cell(say(f"output.stack.{stack}")), branches),))


def _branch(step: Step) -> Branch:
    symbol, tone = SYMBOLS.get(step.op, (step.op, "plain"))
    changes = tuple(
        Branch(Cell(f"{change.path}: {_short(change.before)} → {_short(change.after)}", "dim"))
        for change in step.changes
        if step.op != "create"
    )
    return Branch(Cell(f"{symbol} {step.label}", tone), changes)


def _short(value: str) -> str:
    return value if len(value) <= 80 else value[:79] + "…"


def _quotas(plan: Plan) -> Iterator[Part]:
    """The limits that change; of a new project only those that give it something, for all others are zero."""
    told = [quota for quota in plan.quotas if quota.after or quota.before]
    if not told:
        return
    rows = tuple(
        (quota.service, quota.key, "-" if quota.before is None else str(quota.before), str(quota.after))
        for quota in told
    )
    columns = tuple(say(f"output.column.{c}") for c in ("service", "key", "before", "after"))
    parts: tuple[Part, ...] = (Table(columns, rows),)
    if len(told) < len(plan.quotas):
        parts += (Paragraph(say("output.plan.zeros", count=len(plan.quotas) - len(told)), "dim"),)
    yield Fold(say("output.plan.quotas", count=len(plan.quotas)), parts)


def _mends(plan: Plan) -> Iterator[Part]:
    """What somebody changed that govcloud puts right itself."""
    rows = tuple((one.what, one.property, one.found or "-", one.applied or "-") for one in plan.mends)
    if rows:
        columns = tuple(say(f"output.column.{c}") for c in ("resource", "property", "before", "after"))
        yield Fold(say("output.plan.mends", count=len(rows)), (Table(columns, rows),))


def _bound(plan: Plan) -> Part:
    rows = [(say(f"output.bound.{name}"), digest[:16]) for name, digest in vars(plan.bound).items()]
    rows += [(f"{say('output.bound.spec')} {name}", digest[:16]) for name, digest in plan.specs.items()]
    rows += [
        (say("output.bound.actor"), f"{plan.actor} {plan.job}".strip()),
        (say("output.bound.expires"), plan.expires.isoformat("T", "minutes")),
    ]
    return Fold(say("output.plan.bound"), (Table(("", ""), tuple(rows)),))


def _data(plan: Plan, steps: Sequence[Step], found: Sequence[Finding]) -> Data:
    counts = Counter(step.op for step in steps)
    return {
        "id": plan.id,
        "tenancy": plan.tenancy,
        "path": plan.path,
        "system": plan.system,
        "environment": plan.environment,
        "site": plan.site,
        "until": plan.until,
        "admitted": plan.admitted,
        "changes": plan.changes,
        "actor": plan.actor,
        "job": plan.job,
        "expires": plan.expires.isoformat(timespec="seconds"),
        "refusals": [*map(_reason, (*plan.blocks, *plan.missing)), *map(_rule, findings(plan.refusing))],
        "findings": [finding_data(one) for one in found if one.status != "not-applicable"],
        "losses": list(plan.losses),
        "deletions": plan.deletions,
        "delete_cap": plan.delete_cap,
        "counts": dict(counts),
        "steps": [
            {
                "stack": step.stack,
                "op": step.op,
                "kind": step.kind,
                "name": step.name,
                "changes": [vars(change) for change in step.changes] if step.op != "create" else [],
            }
            for step in steps
        ],
        "quotas": [vars(quota) for quota in plan.quotas],
        "mends": [vars(mend) for mend in plan.mends],
        "remains": list(plan.remains),
        "unmanaged": list(plan.unmanaged),
        "notes": [_reason(note) for note in plan.notes],
        "orphaned": [waiver.model_dump(mode="json") for waiver in plan.orphaned],
        "networks": {
            key: str(network.cidr) for key, network in (plan.allocation.networks if plan.allocation else {}).items()
        },
        "machines": {
            name: str(one.address) for name, one in (plan.allocation.machines if plan.allocation else {}).items()
        },
    }
