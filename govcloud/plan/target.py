"""What an argument means: a file or folder of requests, a tenancy's id, or a department."""

from __future__ import annotations

import re
from pathlib import Path

from govcloud.errors import GovcloudError, UsageError
from govcloud.plan.context import Context
from govcloud.plan.identity import identity_of
from govcloud.plan.reality import Whereabouts
from govcloud.province.repository import DEPARTMENT_FILE
from govcloud.request.uscc import normalise
from govcloud.store.runs import stands
from govcloud.store.tenancies import Tenancy, all_tenancies, find


def is_single(target: str) -> bool:
    """Does an argument name one thing, and not a folder or a department, which may have any number?"""
    return Path(target).is_file() or re.fullmatch(r"t-[0-9a-z]{6}", target) is not None


def request_files(context: Context, target: str) -> list[Path]:
    """The request files an argument stands for; at least one."""
    path = Path(target)
    if path.is_file():
        return [path]
    if target and path.is_dir():  # a variable that is empty in a pipeline does not mean everything
        inside = path.resolve()
        found = [file for file in context.repository.requests() if file.is_relative_to(inside)]
    elif re.fullmatch(r"t-[0-9a-z]{6}", target):
        found = [context.repository.root / tenancy_of(context, target).path]
    else:
        short = _department(context, target)
        found = list(context.repository.requests(short)) if short else []
    missing = [file for file in found if not file.exists()]
    if missing:
        raise UsageError("plan.file-gone", path=missing[0])
    if not found:
        raise UsageError("plan.no-target", target=target)
    return found


def tenancies_of(context: Context, target: str) -> list[Tenancy]:
    """The living tenancies an argument stands for; at least one."""
    path = Path(target)
    if path.is_file() and path.name != DEPARTMENT_FILE:
        return [tenancy_of(context, identity_of(context, path))]
    if re.fullmatch(r"t-[0-9a-z]{6}", target):
        return [tenancy_of(context, target)]
    short = _department(context, target)
    department = context.repository.departments.get(short) if short else None
    codes = (department.uscc, *department.former) if department else ()
    found = [tenancy for tenancy in all_tenancies(context.store) if tenancy.department in codes]
    if not found:
        raise UsageError("plan.no-target", target=target)
    return found


def ids_of(context: Context, target: str) -> list[str]:
    """The tenancies an argument stands for, by id; also one that ended, or was never applied."""
    if re.fullmatch(r"t-[0-9a-z]{6}", target):
        return [target]
    path = Path(target)
    if path.is_file() and path.name != DEPARTMENT_FILE:
        return [identity_of(context, path)]
    return [tenancy.id for tenancy in tenancies_of(context, target)]


def tenancy_of(context: Context, tenancy: str) -> Tenancy:
    """A tenancy by its id; raises where the store knows none."""
    found = find(context.store, tenancy)
    if found is None:
        raise GovcloudError("plan.no-tenancy", tenancy=tenancy)
    return found


def whereabouts(context: Context, tenancy: Tenancy) -> Whereabouts:
    """Where a tenancy of the store is found."""
    site = context.repository.sites[tenancy.site]
    domain = tenancy.allocation.domain if tenancy.allocation else ""
    cloud, engine = context.cloud(site), context.engine
    built = stands(context.store, tenancy.id)
    return Whereabouts(cloud, site, tenancy.id, domain, engine, tenancy.allocation, tenancy.isolated, built)


def _department(context: Context, target: str) -> str | None:
    """The short name of a department given by short name or credit code."""
    if target in context.repository.departments:
        return target
    known = context.repository.department(normalise(target))
    return known[0] if known else None
