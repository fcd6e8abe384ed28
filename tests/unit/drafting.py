"""Drafts without a cloud: what the program itself computes once it has looked around."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from govcloud.allocation.facts import Facts
from govcloud.allocation.ledger import Allocation
from govcloud.cloud.connect import Cloud
from govcloud.engine.engine import Engine
from govcloud.plan.context import Context
from govcloud.plan.draft import Draft, decide
from govcloud.plan.identity import identify
from govcloud.plan.reality import Whereabouts
from govcloud.province.fit import Fitted
from govcloud.province.repository import Repository
from govcloud.store.store import Store
from govcloud.store.tenancies import Tenancy
from tests.unit.ground import facts, ledger, repository

# neither is asked for anything: a draft only passes them on
NOWHERE: Final = Cloud("nowhere")
NO_ENGINE: Final = Engine(Path("pulumi"), "3.0.0", {}, Path("engine"), "file://state")
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
    **changes: Any,
) -> Draft:
    """The draft of a request beside living tenancies, on an empty cloud unless told otherwise."""
    identity, known = identify(request, path, living, {})
    given = [one.allocation for one in living if one.allocation is not None]
    applied: Allocation | None = known.allocation if known else None
    where = Whereabouts(NOWHERE, request.site, identity.tenancy, identity.domain, NO_ENGINE, applied)
    seen = Draft(request, path, where, identity, known, cloud or facts(), ledger(*given))
    return decide(context(inside), replace(seen, **changes))
