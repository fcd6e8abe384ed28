"""Tenancies and what they were given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from pydantic import TypeAdapter
from sqlalchemy import Row, delete, select, update

from govcloud.allocation.ledger import Allocation, Ledger
from govcloud.request.model import Environment
from govcloud.store.database import put
from govcloud.store.rows import columns, one_of, read
from govcloud.store.runs import conclude
from govcloud.store.store import Store, aware, now
from govcloud.store.tables import departments, reservations, tenancies

State = Literal["requested", "admitted", "active", "held", "isolated", "ended"]
STAGES: Final = ("admitted", "active", "ended")
ALLOCATION: Final = TypeAdapter(Allocation)


@dataclass(frozen=True)
class Hold:
    """No changes: who said so, why, under which ticket, since when."""

    who: str
    why: str
    ticket: str
    since: str


@dataclass(frozen=True)
class Tenancy:
    """One system in one environment, as the store knows it."""

    id: str
    site: str
    department: str
    system: str
    name: str
    environment: str
    path: str
    until: str
    stage: str
    isolated: bool
    hold: Hold | None
    allocation: Allocation | None
    digest: str
    changed: str

    @property
    def state(self) -> State:
        """The one word people use: ended, isolated, held, active or admitted."""
        if self.stage == "ended":
            return "ended"
        if self.isolated:
            return "isolated"
        if self.hold is not None:
            return "held"
        return "active" if self.stage == "active" else "admitted"

    @property
    def states(self) -> tuple[State, ...]:
        """Every word that holds, the worst first: what is isolated may be held as well."""
        both = self.state == "isolated" and self.hold is not None
        return ("isolated", "held") if both else (self.state,)


TENANCY: Final = TypeAdapter(Tenancy)


@dataclass(frozen=True)
class Reservation:
    """What is kept for a tenancy until then: by a saved plan, or by a run that is at work (`plan` is its id then)."""

    plan: str
    expires: dt.datetime
    allocation: Allocation


def all_tenancies(store: Store, *, ended: bool = False) -> list[Tenancy]:
    """All tenancies by department, system and environment; those that ended only when asked for."""
    if not store.exists:
        return []
    query = select(tenancies).order_by(tenancies.c.department, tenancies.c.system, tenancies.c.environment)
    if not ended:
        query = query.where(tenancies.c.state != "ended")
    return read(store, tenancies, query, _tenancy)


def find(store: Store, tenancy: str) -> Tenancy | None:
    """A tenancy by id, ended or not."""
    if not store.exists:
        return None
    return next(iter(read(store, tenancies, select(tenancies).where(tenancies.c.id == tenancy), _tenancy)), None)


def save(store: Store, tenancy: Tenancy) -> None:
    """Write a tenancy, new or known; its allocation is in the ledger from now on.

    A known one stays held or isolated, or not: somebody may have said so while we were at work.
    """
    values = {
        "id": tenancy.id,
        "site": tenancy.site,
        "department": tenancy.department,
        "system": tenancy.system,
        "name": tenancy.name,
        "environment": tenancy.environment,
        "path": tenancy.path,
        "until": tenancy.until,
        "state": tenancy.stage,
        "allocation": ALLOCATION.dump_python(tenancy.allocation, mode="json") if tenancy.allocation else None,
        "digest": tenancy.digest,
        "changed": now(),
    }
    with store.engine.begin() as connection:
        put(connection, tenancies, [values])


def set_hold(store: Store, tenancy: str, hold: Hold | None) -> None:
    """Write that a tenancy is held, or no longer."""
    _set(store, tenancy, hold=vars(hold) if hold else None)


def set_isolated(store: Store, tenancy: str, *, isolated: bool) -> None:
    """Write that a tenancy is cut off, or no longer."""
    _set(store, tenancy, isolated=isolated)


def end(store: Store, tenancy: str, run: str, record: Mapping[str, Any]) -> None:
    """Write that a tenancy is no more, and that the run which ended it is done; what it had or had reserved is free.

    In one step: nobody can finish a run of what has ended.
    """
    over = {"state": "ended", "isolated": False, "hold": None, "allocation": None, "changed": now()}
    with store.engine.begin() as connection:
        connection.execute(delete(reservations).where(reservations.c.tenancy == tenancy))
        connection.execute(update(tenancies).where(tenancies.c.id == tenancy).values(over))
        conclude(connection, run, "done", record)


def _set(store: Store, tenancy: str, **values: Any) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(tenancies).where(tenancies.c.id == tenancy).values(**values, changed=now()))


def ledger(store: Store, *, but_reserved_by: str = "") -> Ledger:
    """What every living tenancy has, and every reservation that has not expired, but for one's own."""
    living = all_tenancies(store)
    return Ledger(
        {tenancy.id: tenancy.allocation for tenancy in living if tenancy.allocation is not None},
        {one.tenancy: one for one in promised(store) if one.tenancy != but_reserved_by},
        frozenset(tenancy.id for tenancy in living if tenancy.stage != "active"),
    )


def reserve(store: Store, plan: str, allocation: Allocation, expires: Any) -> None:
    """Keep an allocation for a saved plan until it expires; a newer plan of the same tenancy takes over."""
    values = {
        "tenancy": allocation.tenancy,
        "plan": plan,
        "expires": expires,
        "allocation": ALLOCATION.dump_python(allocation, mode="json"),
    }
    with store.engine.begin() as connection:
        put(connection, reservations, [values])


def unreserve(store: Store, tenancy: str, plan: str | None = None) -> None:
    """Give up a tenancy's reservation; with a plan's id only that plan's."""
    whose = (reservations.c.tenancy == tenancy) & (True if plan is None else reservations.c.plan == plan)
    with store.engine.begin() as connection:
        connection.execute(delete(reservations).where(whose))


def all_reservations(store: Store) -> list[Reservation]:
    """Every reservation that has not expired, by tenancy."""
    query = select(reservations).order_by(reservations.c.tenancy)
    found = read(store, reservations, query, _reservation) if store.exists else []
    return [one for one in found if one.expires > now()]


def promised(store: Store) -> list[Allocation]:
    """What every reservation keeps that has not expired."""
    return [one.allocation for one in all_reservations(store)]


def reservation_of(store: Store, tenancy: str) -> Reservation | None:
    """A tenancy's reservation, unless it has expired."""
    return next((one for one in all_reservations(store) if one.allocation.tenancy == tenancy), None)


def reserved(store: Store, tenancy: str) -> Allocation | None:
    """What a reservation keeps for a tenancy."""
    found = reservation_of(store, tenancy)
    return found.allocation if found else None


def domains(store: Store, site: str) -> Mapping[str, str]:
    """Department code to domain name on a site."""
    if not store.exists:
        return {}
    with store.engine.connect() as connection:
        rows = connection.execute(select(departments).where(departments.c.site == site)).all()
    return {row.department: row.domain for row in rows}


def all_domains(store: Store) -> frozenset[str]:
    """The names of the domains of departments on all sites, of those too that stayed when the last tenancy went."""
    if not store.exists:
        return frozenset()
    with store.engine.connect() as connection:
        return frozenset(connection.execute(select(departments.c.domain)).scalars())


def save_domain(store: Store, site: str, codes: Sequence[str], domain: str) -> None:
    """Remember a department's domain under all its codes, so that a new code keeps the old domain."""
    with store.engine.begin() as connection:
        put(connection, departments, [{"site": site, "department": code, "domain": domain} for code in codes])


def forget_domain(store: Store, site: str, domain: str) -> None:
    """The domain is gone."""
    with store.engine.begin() as connection:
        connection.execute(delete(departments).where(departments.c.site == site, departments.c.domain == domain))


def _tenancy(row: Row[Any]) -> Tenancy:
    one_of("state", row.state, STAGES)
    one_of("environment", row.environment, get_args(Environment))
    changed = aware(row.changed).isoformat(timespec="seconds")
    return TENANCY.validate_python({**columns(row), "stage": row.state, "changed": changed})


def _reservation(row: Row[Any]) -> Reservation:
    return Reservation(str(row.plan), aware(row.expires), ALLOCATION.validate_python(row.allocation))
