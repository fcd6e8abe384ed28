"""A plan written down: what was decided, what would happen, and everything it is bound to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from govcloud.compliance.judge import orphans, refusing
from govcloud.config import PROVINCE_FILE
from govcloud.engine.steps import Step
from govcloud.plan.baseline import met
from govcloud.plan.blocks import blocks, obstacles, taken
from govcloud.plan.compare import Difference
from govcloud.plan.context import Context
from govcloud.plan.cutoff import cut_off
from govcloud.plan.dataloss import lived, losses
from govcloud.plan.draft import Draft, rules_digest
from govcloud.plan.evidence import evidence
from govcloud.plan.judgement import Judgement, judgement
from govcloud.plan.leaving import put_back
from govcloud.plan.logins import logins
from govcloud.plan.mending import mends
from govcloud.plan.past import past
from govcloud.plan.plan import API_VERSION, LIFETIME, Bound, Missing, Opening, Plan, QuotaChange, with_id
from govcloud.plan.reality import NOTHING, Reality
from govcloud.plan.unended import unended
from govcloud.province.repository import Repository
from govcloud.province.waivers import Waiver
from govcloud.request.topology import topology
from govcloud.spec.canonical import digest
from govcloud.store.leases import Lease
from govcloud.store.origin import from_copy
from govcloud.store.runs import ci_job
from govcloud.store.store import now


@dataclass(frozen=True)
class Outlook:
    """What would happen, as the engine and the services say, and what is now.

    Empty where nothing can be decided, so that nobody was asked. While somebody is `working` on the tenancy, what
    stands there and is not known may be his.
    """

    steps: tuple[Step, ...] = ()
    quotas: tuple[QuotaChange, ...] = ()
    reality: Reality = NOTHING
    working: Lease | None = None


def write(context: Context, draft: Draft, outlook: Outlook, actor: str) -> Plan:
    """The plan of a draft; `actor` is who makes it. Asks nobody."""
    fitted, specs, created = draft.fitted, draft.specs, now()
    copied = from_copy(context.store, draft.identity.tenancy, draft.identity.domain)
    return with_id(
        Plan(
            apiVersion=API_VERSION,
            kind="Plan",
            id="",
            created=created,
            expires=created + LIFETIME,
            actor=actor,
            path=draft.path,
            site=fitted.site.name,
            tenancy=draft.identity.tenancy,
            department=fitted.department.uscc,
            department_name=fitted.department.name,
            system=draft.identity.system,
            system_name=fitted.request.system.name,
            environment=fitted.request.environment,
            until=str(fitted.request.until),
            new=draft.known is None,
            self_service=fitted.department.self_service,
            bound=_bound(context, draft, outlook),
            specs={name: digest(spec) for name, spec in vars(specs).items()} if specs else {},
            allocation=draft.allocation,
            defaults=topology(fitted.request).defaults,
            openings=tuple(_openings(draft)),
            steps=outlook.steps,
            quotas=outlook.quotas,
            judgements=tuple(_judgements(draft, context.repository)),
            missing=tuple(_missing(draft)),
            blocks=(
                *blocks(context, draft),
                *obstacles(draft.identity.tenancy, outlook.reality, outlook.steps),
                *(() if outlook.working else taken(draft.identity.tenancy, outlook.reality, outlook.steps)),
                *evidence(context.store, draft.known, outlook.steps, outlook.reality.remains),
            ),
            losses=tuple(
                sorted(
                    {
                        *losses(outlook.steps, outlook.reality.spare),
                        *lived(outlook.reality.remains, created, copied=copied),
                    }
                )
            ),
            mends=tuple(mends(outlook.reality, outlook.steps)),
            remains=_named(outlook.reality.remains),
            unmanaged=_named(one for one in outlook.reality.differences if one.how == "unmanaged"),
            notes=(
                *_doubts(draft, outlook, copied=copied),
                *unended(context.store, draft.identity.tenancy),
                *put_back(outlook.reality.states, outlook.reality.applied),
                *past(context, draft),
                *logins(draft),
                *cut_off(context.store, draft.known),
                *met(context.repository.province, draft),
            ),
            orphaned=tuple(_orphaned(context, draft)),
            job=ci_job(),
            delete_cap=context.repository.province.policy.delete_cap,
        )
    )


def _doubts(draft: Draft, outlook: Outlook, *, copied: bool) -> Iterator[Missing]:
    """Why what stands there and is not known may be somebody's: he is at work, or where these records came from."""
    if outlook.working:
        yield Missing("plan.at-work", dict(outlook.working.who), "", None)
    if outlook.reality.remains and copied:
        yield Missing("plan.copied", {"tenancy": draft.identity.tenancy}, "", None)


def _named(differences: Iterable[Difference]) -> tuple[str, ...]:
    return tuple(sorted({one.what for one in differences}))


def _bound(context: Context, draft: Draft, outlook: Outlook) -> Bound:
    start = "\n".join(f"{name} {state.digest()}" for name, state in sorted(outlook.reality.states.items()))
    return Bound(
        request=draft.fitted.loaded.digest,
        province=context.repository.digest,
        department=hashlib.sha256(draft.fitted.department.model_dump_json(by_alias=True).encode()).hexdigest(),
        rules=rules_digest(context),
        start=hashlib.sha256(start.encode()).hexdigest(),
    )


def _judgements(draft: Draft, repository: Repository) -> Iterator[Judgement]:
    severe = {id(verdict) for verdict in refusing(draft.verdicts, repository.province.policy.refuse_at)}
    loaded, province = draft.fitted.loaded, repository.sources[PROVINCE_FILE]
    return (judgement(verdict, loaded, province, severe) for verdict in draft.verdicts)


def _orphaned(context: Context, draft: Draft) -> list[Waiver]:
    # without its specs the rules of the plan stage have not spoken
    return orphans(draft.verdicts, context.repository.waivers, draft.identity.tenancy) if draft.specs else []


def _openings(draft: Draft) -> Iterator[Opening]:
    for one in draft.openings:
        remote = one.rule.prefix or one.rule.group or ""
        yield Opening(one.origin, one.server, one.rule.direction, one.rule.ports, remote, one.reason)


def _missing(draft: Draft) -> Iterator[Missing]:
    for shortage in draft.missing:
        params = {name: value if isinstance(value, int) else str(value) for name, value in shortage.params.items()}
        yield Missing(shortage.code, params, shortage.key, draft.fitted.loaded.place_of(shortage.key))
