"""A plan (变更方案): what would happen, bound to everything it was decided from."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from govcloud.allocation.ledger import Allocation
from govcloud.engine.steps import Step
from govcloud.errors import InvalidInput, Place, Problem
from govcloud.plan.judgement import Judgement
from govcloud.province.repository import is_yaml
from govcloud.province.waivers import Waiver
from govcloud.request.topology import Default

API_VERSION: Final = "govcloud/v1alpha1"
LIFETIME: Final = dt.timedelta(hours=24)


@dataclass(frozen=True)
class QuotaChange:
    """A limit that changes; `before` is None while the project does not exist."""

    service: str
    key: str
    before: int | None
    after: int


@dataclass(frozen=True)
class Mend:
    """A property that somebody changed and the engine cannot put right: we do, after all else."""

    what: str
    property: str
    found: str
    applied: str


@dataclass(frozen=True)
class Opening:
    """Traffic a server may have: from a flow of the request, or from the province's baseline (no server named)."""

    origin: Literal["request", "baseline"]
    server: str
    direction: str
    ports: str
    remote: str
    reason: str


@dataclass(frozen=True)
class Missing:
    """A thing that cannot be given, with the place in the request that asks for it."""

    code: str
    params: Mapping[str, str | int]
    key: str
    place: Place | None


@dataclass(frozen=True)
class Bound:
    """Digests of what the plan was decided from; a guard compares them one by one."""

    request: str
    province: str
    department: str
    rules: str
    start: str


@dataclass(frozen=True)
class Plan:
    """One change of one tenancy. `steps` are empty when nothing would happen.

    `refusals` say why it may not happen; with any, it cannot be applied. `losses` name the steps that lose data,
    `remains` what runs that did not end well left and goes first, `unmanaged` what stands there and is let alone.
    `notes` tell what is asked for and not done, or was begun and not ended, `orphaned` are waivers of the tenancy that
    cover nothing. `actor` made it, in the CI job `job`, where there is one. `delete_cap` is how many resources may go
    or be replaced before somebody says how many.
    """

    apiVersion: Literal["govcloud/v1alpha1"]  # noqa: N815 - the field's own spelling
    kind: Literal["Plan"]
    id: str
    created: dt.datetime
    expires: dt.datetime
    actor: str
    path: str
    site: str
    tenancy: str
    department: str
    department_name: str
    system: str
    system_name: str
    environment: str
    until: str
    new: bool
    self_service: bool
    bound: Bound
    specs: Mapping[str, str]
    allocation: Allocation | None
    defaults: tuple[Default, ...]
    openings: tuple[Opening, ...]
    steps: tuple[Step, ...]
    quotas: tuple[QuotaChange, ...]
    judgements: tuple[Judgement, ...]
    missing: tuple[Missing, ...]
    blocks: tuple[Missing, ...]
    losses: tuple[str, ...]
    mends: tuple[Mend, ...] = ()
    remains: tuple[str, ...] = ()
    unmanaged: tuple[str, ...] = ()
    notes: tuple[Missing, ...] = ()
    orphaned: tuple[Waiver, ...] = ()
    job: str = ""
    delete_cap: int = 0

    @property
    def deletions(self) -> int:
        """How many resources would go or be replaced; what remains of earlier runs counts where it may have data."""
        going = sum(step.op in {"delete", "replace"} and not step.scaffolding for step in self.steps)
        return going + sum(one in self.losses for one in self.remains)

    @property
    def refusing(self) -> tuple[Judgement, ...]:
        """The failed rules that refuse."""
        return tuple(judgement for judgement in self.judgements if judgement.refuses)

    @property
    def admitted(self) -> bool:
        """May it be applied?"""
        return not (self.missing or self.blocks or self.refusing)

    @property
    def changes(self) -> bool:
        """Would anything happen in the cloud?"""
        return bool(self.quotas or self.mends or self.remains) or any(not step.scaffolding for step in self.steps)

    def effect(self) -> str:
        """sha256 over what would happen: steps with their values, quotas, mends, specs and allocation."""
        rows = [
            [s.stack, s.op, s.urn, [[c.path, c.before, c.after, c.replaces] for c in s.changes]] for s in self.steps
        ]
        quotas = [[q.service, q.key, q.before, q.after] for q in self.quotas]
        given = _ALLOCATION.dump_python(self.allocation, mode="json") if self.allocation else None
        mends = [[m.what, m.property, m.found, m.applied] for m in self.mends]
        content = [sorted(rows, key=lambda r: (str(r[0]), str(r[2]))), quotas, dict(self.specs), given, mends]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


_PLAN: Final = TypeAdapter(Plan)
_ALLOCATION: Final = TypeAdapter(Allocation)


def with_id(plan: Plan) -> Plan:
    """The plan with its id, which follows from all that it says: who made it and how long it holds, too."""
    content = _PLAN.dump_python(replace(plan, id=""), mode="json")
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return replace(plan, id=f"p-{hashlib.sha256(text.encode()).hexdigest()[:10]}")


def dump(plan: Plan) -> str:
    """The plan as JSON."""
    return json.dumps(_PLAN.dump_python(plan, mode="json"), ensure_ascii=False, indent=2) + "\n"


def load(path: Path) -> Plan:
    """A plan from its file; raises InvalidInput for anything else."""
    place = Place(str(path), 1, 1)
    try:
        return _PLAN.validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidInput([Problem("input.unreadable", {"reason": error.strerror}, place)]) from error
    except ValidationError as error:
        raise InvalidInput([Problem("plan.not-a-plan", {"reason": str(error.errors()[0]["msg"])}, place)]) from error


def is_plan(path: Path) -> bool:
    """Does the file look like a saved plan rather than a request? So does what a pipeline kept nothing of."""
    try:
        start = path.read_bytes()[:1] if path.is_file() else None
        return start == b"{" or (start == b"" and not is_yaml(path))
    except OSError:
        return False
