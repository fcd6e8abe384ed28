"""From a draft to a plan: the engine is asked what it would do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from govcloud.cloud.connect import run_clouds
from govcloud.cloud.read.quotas import differing, read_quotas
from govcloud.compliance.judge import refusing
from govcloud.compliance.rule import Severity
from govcloud.plan.blocks import blocks
from govcloud.plan.context import Context
from govcloud.plan.dataloss import losses
from govcloud.plan.draft import Draft, rules_digest
from govcloud.plan.judgement import Judgement, judgement
from govcloud.plan.plan import API_VERSION, LIFETIME, Bound, Missing, Opening, Plan, QuotaChange, with_id
from govcloud.plan.reality import look
from govcloud.plan.stacks import Stacks
from govcloud.request.topology import topology
from govcloud.spec import symbols
from govcloud.spec.canonical import digest
from govcloud.store.store import now


def build(context: Context, draft: Draft) -> Plan:
    """The plan of a draft. Reads the cloud and asks the engine for previews; writes nothing."""
    if draft.specs is None or draft.missing:
        return _plan(context, draft, None, ())
    with run_clouds(draft.cloud, draft.where.project, draft.fitted.site.operator_domain) as clouds:
        stacks = open_stacks(context, draft, clouds)
        return plan_of(context, stacks)


def open_stacks(context: Context, draft: Draft, clouds: Path) -> Stacks:
    """The draft's stacks with what they hold now."""
    reality = look(draft.where, clouds)
    return Stacks(draft, context.engine, clouds, reality.states, reality.changed)


def plan_of(context: Context, stacks: Stacks) -> Plan:
    """The plan of stacks that are open."""
    return _plan(context, stacks.draft, stacks, tuple(quota_changes(stacks)))


def quota_changes(stacks: Stacks) -> Iterator[QuotaChange]:
    """The limits that would change in the iaas project."""
    specs = stacks.draft.specs
    assert specs is not None
    project = stacks.lower.get(symbols.project("iaas"))
    current = read_quotas(stacks.draft.cloud, project) if project else {}
    for service, key, before, after in differing(current, specs.quota):
        yield QuotaChange(service, key, before, after)


def _plan(context: Context, draft: Draft, stacks: Stacks | None, quotas: tuple[QuotaChange, ...]) -> Plan:
    fitted, specs, created = draft.fitted, draft.specs, now()
    steps = stacks.previews() if stacks else ()
    return with_id(
        Plan(
            apiVersion=API_VERSION,
            kind="Plan",
            id="",
            created=created,
            expires=created + LIFETIME,
            actor=draft.cloud.user_name(),
            path=draft.path,
            site=fitted.site.name,
            tenancy=draft.identity.tenancy,
            department=fitted.department.uscc,
            department_name=fitted.department.name,
            system=draft.identity.system,
            system_name=fitted.request.system.name,
            environment=fitted.request.environment,
            new=draft.known is None,
            self_service=fitted.department.self_service,
            bound=_bound(context, draft, stacks),
            specs={name: digest(spec) for name, spec in vars(specs).items()} if specs else {},
            allocation=draft.allocation,
            defaults=topology(fitted.request).defaults,
            openings=tuple(_openings(draft)),
            steps=steps,
            quotas=quotas,
            judgements=tuple(_judgements(draft, context.repository.province.policy.refuse_at)),
            missing=tuple(_missing(draft)),
            blocks=tuple(blocks(context, draft)),
            losses=losses(steps),
        )
    )


def _bound(context: Context, draft: Draft, stacks: Stacks | None) -> Bound:
    start = "\n".join(f"{name} {state.digest()}" for name, state in sorted(stacks.states.items())) if stacks else ""
    return Bound(
        request=draft.fitted.loaded.digest,
        province=context.repository.digest,
        department=hashlib.sha256(draft.fitted.department.model_dump_json(by_alias=True).encode()).hexdigest(),
        rules=rules_digest(context),
        start=hashlib.sha256(start.encode()).hexdigest(),
    )


def _judgements(draft: Draft, refuse_at: Severity) -> Iterator[Judgement]:
    severe = {id(verdict) for verdict in refusing(draft.verdicts, refuse_at)}
    return (judgement(verdict, draft.fitted.loaded, severe) for verdict in draft.verdicts)


def _openings(draft: Draft) -> Iterator[Opening]:
    for one in draft.openings:
        remote = one.rule.prefix or one.rule.group or ""
        yield Opening(one.origin, one.server, one.rule.direction, one.rule.ports, remote, one.reason)


def _missing(draft: Draft) -> Iterator[Missing]:
    for shortage in draft.missing:
        params = {name: value if isinstance(value, int) else str(value) for name, value in shortage.params.items()}
        yield Missing(shortage.code, params, shortage.key, draft.fitted.loaded.place_of(shortage.key))
