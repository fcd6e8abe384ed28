"""Which tenancy a request file stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from govcloud.allocation.allocate import Identity, opaque
from govcloud.allocation.ledger import Allocation
from govcloud.errors import InvalidInput, Problem, Refused
from govcloud.plan.context import Context
from govcloud.province.fit import FOREIGN, Fitted, examine_in_place, fitted
from govcloud.province.repository import code_prefix
from govcloud.request.decode import in_order
from govcloud.request.load import shown
from govcloud.request.parse import read
from govcloud.store.notes import former_codes
from govcloud.store.tenancies import Tenancy, all_tenancies, domains, promised


@dataclass(frozen=True)
class Records:
    """What the store knows of ids and codes: the tenancies `recorded`, the ended too; the departments' domains `named`
    by credit code; what saved plans have `promised`; the codes that systems had `formerly`, with their tenancies.
    """

    recorded: Sequence[Tenancy]
    named: Mapping[str, str]
    promised: Sequence[Allocation] = ()
    formerly: Mapping[str, str] = field(default_factory=dict)


def identify(fitted: Fitted, path: str, records: Records) -> tuple[Identity, Tenancy | None]:
    """Who the request is, and what the store knows of it.

    By its id where it writes one; else by department, system and environment; else it is new, and its id follows
    from the site's operator domain (which belongs to one store alone) and the path of the file. Neither an id nor a
    code is ever another's. Raises InvalidInput where a file and a tenancy contradict each other.
    """
    recorded, named, promised = records.recorded, records.named, records.promised
    _refuse_anothers(fitted, fitted.request.tenancy, recorded, promised)
    known = _known(fitted, path, [one for one in recorded if one.stage != "ended"])
    codes = _codes(fitted)
    salt = fitted.site.operator_domain
    domain = next((named[code] for code in codes if code in named), opaque("d", salt, fitted.department.uscc))
    tenancy = known.id if known else fitted.request.tenancy or opaque("t", salt, path)
    _refuse_anothers(fitted, tenancy, recorded, promised)
    return Identity(tenancy, domain, _system(fitted, tenancy, records)), known


def _codes(fitted: Fitted) -> tuple[str, ...]:
    """The credit codes under which the department is known, now and formerly."""
    return (fitted.department.uscc, *fitted.department.former)


def _refuse_anothers(
    fitted: Fitted, tenancy: str | None, recorded: Iterable[Tenancy], promised: Iterable[Allocation]
) -> None:
    """Raise where a tenancy is, was or is promised to be another department's, though its own file may be gone."""
    owners = [*((t.id, t.department) for t in recorded), *((a.tenancy, a.department) for a in promised)]
    for id_, owner in owners:
        if id_ == tenancy and owner not in _codes(fitted):
            key = "tenancy" if fitted.request.tenancy == tenancy else "department"
            _contradiction(fitted, "plan.anothers-id", key, id=id_, department=owner)


def _known(fitted: Fitted, path: str, living: list[Tenancy]) -> Tenancy | None:
    """The living tenancy a file stands for; one file for one tenancy, for its whole life."""
    request = fitted.request
    same = [t for t in living if _same(t, fitted)]
    stranger = next((t for t in living if t.path == path), None)
    if request.tenancy is not None:
        found = next((t for t in living if t.id == request.tenancy), None)
        if found and _elsewhere(fitted, found, path):
            _contradiction(fitted, "plan.id-twice", "tenancy", id=request.tenancy, other=found.path)
        twin = next((t for t in same if t is not found), None)
    else:
        found = next(iter(same), None)
        twin = found if found and _elsewhere(fitted, found, path) else None
    if twin is not None:
        _contradiction(fitted, "plan.system-twice", "system", id=twin.id, other=twin.path)
    if found is None and stranger is not None:
        _refuse_anothers(fitted, stranger.id, [stranger], ())
        _contradiction(fitted, "plan.other-tenancy", "system", id=stranger.id, system=stranger.system)
    return found


def _same(tenancy: Tenancy, fitted: Fitted) -> bool:
    request = fitted.request
    system = (tenancy.system == request.system.code) if request.system.code else tenancy.name == request.system.name
    return tenancy.department in _codes(fitted) and system and tenancy.environment == request.environment


def _elsewhere(fitted: Fitted, tenancy: Tenancy, path: str) -> bool:
    """Is there another file that the tenancy came from, so that two claim to be its request?"""
    if tenancy.path == path:
        return False
    here = fitted.loaded.path.resolve()
    root = next((p for p in here.parents if (p / "province.yaml").exists()), here.parent)
    other = root / tenancy.path
    return other.exists() and other.resolve() != here


def _contradiction(fitted: Fitted, code: str, key: str, **params: object) -> None:
    raise InvalidInput([Problem(code, params, fitted.loaded.place_of(key), key)])


def _system(fitted: Fitted, tenancy: str, records: Records) -> str:
    """The system's code: what the request says, else what it had or was promised, else the next of its department.

    A code that a system has or had is no other department's: flows of others may name it still.
    """
    asked, name = fitted.request.system.code, fitted.request.system.name
    recorded, promised = records.recorded, records.promised
    codes = [*((t.system, t.department) for t in recorded), *((a.system, a.department) for a in promised)]
    before = {one.id: one for one in recorded}
    formerly = [(code, before[id_]) for code, id_ in records.formerly.items() if id_ in before]
    codes += [(code, one.department) for code, one in formerly]
    for code, one in formerly:
        living = one.stage != "ended" and one.id != tenancy and one.environment == fitted.request.environment
        if code == asked and living and one.department in _codes(fitted):
            _contradiction(fitted, "plan.code-was", "system.code", system=code, id=one.id, other=one.system)
    for code, owner in codes:
        if code == asked and owner not in _codes(fitted):
            _contradiction(fitted, "plan.anothers-system", "system.code", system=code, department=owner)
    had = [one.system for one in recorded if one.id == tenancy and (one.stage != "ended" or one.name == name)]
    had += [one.system for one in promised if one.tenancy == tenancy]
    return asked or next(iter(had), None) or _next_code(fitted, [code for code, _ in codes])


def _next_code(fitted: Fitted, taken: Iterable[str]) -> str:
    """The platform's code for a new system: the department's short name and the next number nobody ever had."""
    prefix = code_prefix(fitted.short)
    numbers = [int(m[1]) for code in taken if (m := re.fullmatch(rf"{re.escape(prefix)}(\d+)", code))]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"


def identified(context: Context, fitted: Fitted, inside: str) -> tuple[Identity, Tenancy | None]:
    """The same, as the store knows it now; `inside` is the file's path in the repository."""
    store = context.store
    recorded, named = all_tenancies(store, ended=True), domains(store, fitted.site.name)
    return identify(fitted, inside, Records(recorded, named, promised(store), former_codes(store)))


def identity_of(context: Context, path: Path) -> str:
    """The tenancy id of a request file, known before the cloud is asked."""
    return identified(context, place(context, path), inside_repository(context, path))[0].tenancy


def place(context: Context, path: Path) -> Fitted:
    """A request in its place; InvalidInput with every problem of its form, Refused where no site may serve it."""
    source = read(path, shown_as=shown(path))
    loaded, problems = examine_in_place(source, path, context.repository)
    if loaded is not None and [problem.code for problem in problems] == [FOREIGN]:
        raise Refused(FOREIGN, place=problems[0].place, **problems[0].params)
    if loaded is None or problems:
        # a twin alone keeps nobody from looking
        raise InvalidInput(in_order(source, [*problems, *context.neighbours.twins(source, path)]))
    found = fitted(loaded, context.repository)
    assert found is not None, "nothing is wrong with it"
    return found


def refuse_move(fitted: Fitted, known: Tenancy | None) -> None:
    """Raise InvalidInput where a request leads to another site than its tenancy stands on, which cannot move."""
    if known is not None and known.site != fitted.site.name:
        _contradiction(fitted, "plan.site-moved", "site", id=known.id, site=known.site, other=fitted.site.name)


def refuse_twins(context: Context, fitted: Fitted) -> None:
    """Raise InvalidInput where another file asks for the same: of neither does the store know yet that it was first."""
    if twins := list(context.neighbours.twins(fitted.loaded.source, fitted.loaded.path)):
        raise InvalidInput(twins)


def inside_repository(context: Context, path: Path) -> str:
    """The path of a file inside the operator's repository."""
    return str(path.resolve().relative_to(context.repository.root))
