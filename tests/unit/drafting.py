"""Drafts without a cloud: what the program itself computes once it has looked around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from govcloud.allocation.facts import Facts
from govcloud.allocation.ledger import Allocation
from govcloud.cloud.connect import Cloud
from govcloud.engine.engine import Engine
from govcloud.engine.steps import KINDS, Change, Step
from govcloud.plan.context import Context
from govcloud.plan.draft import Draft, decide
from govcloud.plan.identity import Records, identify
from govcloud.plan.plan import Plan
from govcloud.plan.reality import Whereabouts
from govcloud.plan.writing import Outlook, write
from govcloud.province.fit import Fitted
from govcloud.province.repository import Repository
from govcloud.store import tenancies, texts
from govcloud.store.store import Store
from govcloud.store.tenancies import Tenancy
from tests.unit.ground import facts, ledger, repository, tenancy

# neither is asked for anything: a draft only passes them on
NOWHERE: Final = Cloud("nowhere")
NO_ENGINE: Final = Engine(Path("pulumi"), Path("provider"), "3.0.0", lambda _: {}, Path("engine"), "file://state")
NO_STORE: Final = Store("sqlite:////nowhere/govcloud.db")


def context(inside: Repository | None = None, store: Store = NO_STORE) -> Context:
    """What plans work with, in the example province."""
    return Context(inside or repository(), store, NO_ENGINE.backend)


def drafted(
    request: Fitted,
    *living: Tenancy,
    inside: Repository | None = None,
    path: str = "departments/dot/new.test.yaml",
    cloud: Facts | None = None,
    store: Store = NO_STORE,
    **changes: Any,
) -> Draft:
    """The draft of a request beside living tenancies, on an empty cloud unless told otherwise."""
    identity, known = identify(request, path, Records(living, {}))
    given = [one.allocation for one in living if one.allocation is not None]
    applied: Allocation | None = known.allocation if known else None
    where = Whereabouts(NOWHERE, request.site, identity.tenancy, identity.domain, NO_ENGINE, applied)
    seen = Draft(request, path, where, identity, known, cloud or facts(), ledger(*given))
    return decide(context(inside, store), replace(seen, **changes))


def step(
    op: str, token: str, name: str, *, stack: str = "iaas", changes: Mapping[str, tuple[str, str]] | None = None
) -> Step:
    """A step on a resource, named by the end of its type token; `changes` are JSON texts before and after."""
    type_ = next(one for one in (*KINDS, token) if one.endswith(token))
    urn = f"urn:pulumi:t-aaaaaa.{stack}::govcloud::{type_}::{name}"
    made = tuple(Change(path, before, after) for path, (before, after) in (changes or {}).items())
    return Step(stack, op, type_, name.partition("/")[2] or name, urn, made)


def planned(draft: Draft, *steps: Step, inside: Repository | None = None, **outlook: Any) -> Plan:
    """The plan of a draft, as if the engine had answered with these steps."""
    return write(context(inside), draft, Outlook(steps=steps, **outlook), "operator")


def applied(request: Fitted, store: Store, path: str, **changes: Any) -> Tenancy:
    """The tenancy of a request as an apply would have left it in a store."""
    draft = drafted(request, path=path)
    assert draft.allocation is not None
    texts.keep(store, draft.texts.values())
    name = request.request.system.name
    found = tenancy(draft.allocation, path, **{"name": name, "until": str(request.request.until), **changes})
    tenancies.save(store, found)
    return found
