"""Which tenancy a request file stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from govcloud.allocation.allocate import Identity, opaque
from govcloud.errors import InvalidInput, Problem, Refused
from govcloud.plan.context import Context
from govcloud.province.department import Department
from govcloud.province.fit import FOREIGN, Fitted, fit
from govcloud.request.load import load_request
from govcloud.request.model import Request
from govcloud.store.tenancies import Tenancy, all_tenancies, domains


def identify(
    fitted: Fitted, path: str, living: Iterable[Tenancy], named: Mapping[str, str]
) -> tuple[Identity, Tenancy | None]:
    """Who the request is, and what the store knows of it.

    By its id where it writes one; else by department, system and environment; else it is new, and its id follows
    from the site's operator domain (which belongs to one store alone) and the path of the file. Raises InvalidInput
    where a file and a tenancy contradict each other.
    """
    living = list(living)
    known = _known(fitted, path, living)
    codes = (fitted.department.uscc, *fitted.department.former)
    salt = fitted.site.operator_domain
    domain = next((named[code] for code in codes if code in named), opaque("d", salt, fitted.department.uscc))
    tenancy = known.id if known else fitted.request.tenancy or opaque("t", salt, path)
    system = fitted.request.system.code or (known.system if known else _next_code(fitted, living))
    return Identity(tenancy, domain, system), known


def _known(fitted: Fitted, path: str, living: list[Tenancy]) -> Tenancy | None:
    """The living tenancy a file stands for; one file for one tenancy, for its whole life."""
    request = fitted.request
    same = next((t for t in living if _same(t, request, fitted.department)), None)
    stranger = next((t for t in living if t.path == path), None)
    if request.tenancy is not None:
        found = next((t for t in living if t.id == request.tenancy), None)
        if found and _elsewhere(fitted, found, path):
            _contradiction(fitted, "plan.id-twice", "tenancy", id=request.tenancy, other=found.path)
        twin = same if found is None else None
    else:
        found = same
        twin = same if same and _elsewhere(fitted, same, path) else None
    if twin is not None:
        _contradiction(fitted, "plan.system-twice", "system", id=twin.id, other=twin.path)
    if found is None and stranger is not None:
        _contradiction(fitted, "plan.other-tenancy", "system", id=stranger.id, system=stranger.system)
    return found


def _same(tenancy: Tenancy, request: Request, department: Department) -> bool:
    system = (tenancy.system == request.system.code) if request.system.code else tenancy.name == request.system.name
    body = tenancy.department in (department.uscc, *department.former)
    return body and system and tenancy.environment == request.environment


def _elsewhere(fitted: Fitted, tenancy: Tenancy, path: str) -> bool:
    """Is there another file that the tenancy came from, so that two claim to be its request?"""
    if tenancy.path == path:
        return False
    here = fitted.loaded.path.resolve()
    root = next((p for p in here.parents if (p / "province.yaml").exists()), here.parent)
    other = root / tenancy.path
    return other.exists() and other.resolve() != here


def _contradiction(fitted: Fitted, code: str, key: str, **params: object) -> None:
    raise InvalidInput([Problem(code, params, fitted.loaded.place((key,)), key)])


def _next_code(fitted: Fitted, living: list[Tenancy]) -> str:
    """The platform's code for a new system: the department's short name and the next free number."""
    prefix = fitted.short.upper()
    taken = [int(m[1]) for t in living if (m := re.fullmatch(rf"{re.escape(prefix)}-(\d+)", t.system))]
    return f"{prefix}-{max(taken, default=0) + 1:03d}"


def identity_of(context: Context, path: Path) -> str:
    """The tenancy id of a request file, known before the cloud is asked."""
    fitted = place(context, path)
    inside = inside_repository(context, path)
    known = domains(context.store, fitted.site.name)
    return identify(fitted, inside, all_tenancies(context.store), known)[0].tenancy


def place(context: Context, path: Path) -> Fitted:
    """A request in its place; InvalidInput with every problem of its form, Refused where no site may serve it."""
    fitted, problems = fit(load_request(path), context.repository)
    if fitted is None and [problem.code for problem in problems] == [FOREIGN]:
        raise Refused(FOREIGN, place=problems[0].place, **problems[0].params)
    if fitted is None:
        raise InvalidInput(problems)
    return fitted


def inside_repository(context: Context, path: Path) -> str:
    """The path of a file inside the operator's repository."""
    return str(path.resolve().relative_to(context.repository.root))
