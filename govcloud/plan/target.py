"""What an argument means: a file or folder of requests, a tenancy's id, or a department."""

from __future__ import annotations

import re
from pathlib import Path

from govcloud.errors import GovcloudError, UsageError
from govcloud.plan.context import Context
from govcloud.plan.identity import identity_of
from govcloud.plan.reality import Whereabouts
from govcloud.province.repository import DEPARTMENT_FILE
from govcloud.province.site import Site
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
        found = list(context.repository.requests(short))
        if not found:
            raise UsageError("plan.no-requests", department=short)
    missing = [file for file in found if not file.exists()]
    if missing:
        raise UsageError("plan.file-gone", path=missing[0])
    if not found:
        raise UsageError("plan.no-target", target=target)
    return found


def tenancies_of(context: Context, target: str) -> list[Tenancy]:
    """The living tenancies an argument stands for; at least one."""
    found = tenancies_in(context, target)
    if not found:
        raise GovcloudError("plan.no-tenancies", department=_department(context, target))
    return found


def tenancies_in(context: Context, target: str, *, ended: bool = False) -> list[Tenancy]:
    """The tenancies an argument stands for; of a department those that ended only when asked for, perhaps none."""
    path = Path(target)
    if path.is_file() and path.name != DEPARTMENT_FILE:
        return [tenancy_of(context, identity_of(context, path), target)]
    if re.fullmatch(r"t-[0-9a-z]{6}", target):
        return [tenancy_of(context, target)]
    department = context.repository.departments[_department(context, target)]
    codes = (department.uscc, *department.former)
    return [tenancy for tenancy in all_tenancies(context.store, ended=ended) if tenancy.department in codes]


def ids_of(context: Context, target: str) -> list[str]:
    """The tenancies an argument stands for, by id; also one that ended, or was never applied."""
    if re.fullmatch(r"t-[0-9a-z]{6}", target):
        return [target]
    path = Path(target)
    if path.is_file() and path.name != DEPARTMENT_FILE:
        return [identity_of(context, path)]
    return [tenancy.id for tenancy in tenancies_of(context, target)]


def tenancy_of(context: Context, tenancy: str, target: str = "") -> Tenancy:
    """A tenancy by its id; raises where the store knows none. `target` is what was asked for, if not the id."""
    found = find(context.store, tenancy)
    if found is None and target not in ("", tenancy):
        # an id that nobody was told would say nothing
        raise GovcloudError("plan.not-applied", path=target)
    if found is None:
        raise GovcloudError("plan.no-tenancy", tenancy=tenancy)
    return found


def site_named(context: Context, name: str) -> Site:
    """A site by its name; raises where the province has none of it."""
    site = context.repository.sites.get(name)
    if site is None:
        raise UsageError("province.no-such-site", name=name, near=", ".join(context.repository.sites))
    return site


def whereabouts(context: Context, tenancy: Tenancy) -> Whereabouts:
    """Where a tenancy of the store is found."""
    site = context.repository.sites[tenancy.site]
    domain = tenancy.allocation.domain if tenancy.allocation else ""
    cloud, engine = context.cloud(site), context.engine
    built = stands(context.store, tenancy.id)
    return Whereabouts(cloud, site, tenancy.id, domain, engine, tenancy.allocation, tenancy.isolated, built)


def _department(context: Context, target: str) -> str:
    """The short name of a department given by short name or credit code; raises where there is none."""
    if target in context.repository.departments:
        return target
    known = context.repository.department(normalise(target))
    if known is None:
        raise UsageError("plan.no-target", target=target)
    return known[0]
