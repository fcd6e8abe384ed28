"""A draft: everything a request would build, before the engine is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from govcloud import __version__
from govcloud.allocation.allocate import Case, Identity, allocate
from govcloud.allocation.capacity import shortages
from govcloud.allocation.facts import Facts
from govcloud.allocation.ledger import Allocation, Ledger
from govcloud.allocation.shortage import Shortage
from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.facts import read_facts
from govcloud.cloud.read.region import region_of
from govcloud.compliance.judge import Verdict
from govcloud.compliance.rules import RULES
from govcloud.compliance.validation import judge_request
from govcloud.plan.context import Context, today
from govcloud.plan.identity import identified, inside_repository, place, refuse_move, refuse_twins
from govcloud.plan.judging import judge_plan
from govcloud.plan.owned import refuse_anothers, refuse_shared
from govcloud.plan.reality import Whereabouts
from govcloud.plan.standing import locate
from govcloud.province.fit import Fitted
from govcloud.request.topology import topology
from govcloud.spec import symbols
from govcloud.spec.cloud_init import user_data
from govcloud.spec.department import DepartmentSpec, department_spec
from govcloud.spec.flows import Opened, opened
from govcloud.spec.iaas import IaasSpec, iaas_spec
from govcloud.spec.quotas import QuotaSpec, quota_spec
from govcloud.spec.site import Ground
from govcloud.spec.tenancy import TenancySpec, tenancy_spec
from govcloud.store import texts
from govcloud.store.tenancies import Tenancy, ledger, reserved


@dataclass(frozen=True)
class Specs:
    """What is to be built, stack by stack, and the quota stage between them."""

    department: DepartmentSpec
    tenancy: TenancySpec
    quota: QuotaSpec
    iaas: IaasSpec


@dataclass(frozen=True)
class Draft:
    """One request in its place, decided as far as it can be without the engine.

    Without an allocation there are no specs: `missing` says what could not be given.
    """

    fitted: Fitted
    path: str
    where: Whereabouts
    identity: Identity
    known: Tenancy | None
    facts: Facts
    ledger: Ledger
    promised: Allocation | None = None
    missing: tuple[Shortage, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    allocation: Allocation | None = None
    specs: Specs | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    openings: tuple[Opened, ...] = ()

    @property
    def cloud(self) -> Cloud:
        """The cloud of its site."""
        return self.where.cloud

    @property
    def site_symbols(self) -> Mapping[str, str]:
        """The ids of what the site has, by symbol."""
        domain = self.facts.domains[self.fitted.site.operator_domain]
        roles = {symbols.role(name): id_ for name, id_ in self.facts.roles.items()}
        return {symbols.operator_domain(): domain, symbols.operator_user(): self.facts.operator_user, **roles}


def draft(context: Context, path: Path) -> Draft:
    """The draft of a request file; raises InvalidInput with every problem of its form."""
    fitted, inside = place(context, path), inside_repository(context, path)
    identity, known = identified(context, fitted, inside)
    refuse_twins(context, fitted)
    refuse_move(fitted, known)
    mine = identity.tenancy
    where = locate(context, fitted.site, mine, identity.domain, known)
    facts = read_facts(where.cloud, context.repository.province, fitted.site, known.id if known else "")
    refuse_anothers(context.store, facts, fitted.site.operator_domain)
    refuse_shared(facts, fitted.site, context.repository.sites.values(), region_of)
    given = ledger(context.store, but_reserved_by=mine)
    promised = reserved(context.store, mine)
    return decide(context, Draft(fitted, inside, where, identity, known, facts, given, promised))


def decide(context: Context, seen: Draft) -> Draft:
    """The draft with all that follows from what was seen; asks no cloud any more."""
    fitted, province = seen.fitted, context.repository.province
    rendered = _rendered(context, fitted, seen.known)
    digests = {key: texts.digest(text) for key, text in rendered.items()}
    allocation, missing = allocate(
        Case(fitted, province, seen.identity, seen.facts, seen.ledger, digests, seen.promised)
    )
    verdicts = judge_request(context.repository, fitted.request, fitted.site, seen.identity.tenancy, today())
    judged = replace(seen, missing=tuple(missing), verdicts=tuple(verdicts))
    return _specified(context, judged, allocation, rendered) if allocation else judged


def _specified(context: Context, drafted: Draft, allocation: Allocation, rendered: Mapping[str, str]) -> Draft:
    """The draft with what its allocation makes possible: specs, capacity, the rules of the plan stage."""
    fitted, known = drafted.fitted, drafted.known
    cut = bool(known and known.isolated)
    ground = Ground(fitted, context.repository.province, drafted.facts, allocation, cut)
    iaas = iaas_spec(ground)
    specs = Specs(department_spec(allocation), tenancy_spec(fitted, allocation), quota_spec(ground, iaas), iaas)
    needed = {pin.user_data for pin in allocation.servers.values()}
    return replace(
        drafted,
        allocation=allocation,
        specs=specs,
        texts=texts.gather(context.store, needed, rendered.values()),
        missing=tuple(shortages(allocation, drafted.ledger, drafted.facts, fitted.department, fitted.site.hold_back)),
        verdicts=(*drafted.verdicts, *judge_plan(context, ground, iaas, today())),
        openings=tuple(opened(ground)),
    )


def _rendered(context: Context, fitted: Fitted, known: Tenancy | None) -> Mapping[str, str]:
    """The user-data of servers that have none yet."""
    has = known.allocation.servers if known and known.allocation else {}
    topo = topology(fitted.request)
    zones = context.repository.province.zones
    return {
        key: user_data(fitted, [str(address) for address in zones[topo.zone_of(key)].dns])
        for key in fitted.request.iaas.servers
        if key not in has
    }


def rules_digest(context: Context) -> str:
    """What the rules and the policy say, as sha256."""
    text = "\n".join([__version__, *sorted(RULES), context.repository.province.policy.model_dump_json()])
    return hashlib.sha256(text.encode()).hexdigest()
