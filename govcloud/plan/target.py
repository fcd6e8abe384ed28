"""What an argument means: a file or folder of requests, a tenancy's id, or a department."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from govcloud.errors import GovcloudError, InvalidInput, Place, Problem, Refused, UsageError
from govcloud.plan.context import Context
from govcloud.plan.identity import identity_of
from govcloud.plan.reality import Whereabouts
from govcloud.plan.standing import locate
from govcloud.province.repository import DEPARTMENT_FILE, is_yaml
from govcloud.province.site import Site
from govcloud.request.uscc import normalise
from govcloud.store.runs import history
from govcloud.store.tenancies import Reservation, Tenancy, all_reservations, all_tenancies, find, reservation_of


def is_single(target: str) -> bool:
    """Does an argument name one thing, and not a folder or a department, which may have any number?"""
    path = Path(target)
    named = is_yaml(path) and not path.is_dir()  # it may be gone
    return named or path.is_file() or re.fullmatch(r"t-[0-9a-z]{6}", target) is not None


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
    # a link that leads nowhere is there, and whoever reads it says what is wrong
    missing = [file for file in found if not os.path.lexists(file)]
    if missing:
        raise UsageError("plan.file-gone", path=missing[0])
    if not found:
        raise UsageError("plan.no-requests-in", folder=target)
    return found


def tenancies_of(context: Context, target: str) -> list[Tenancy]:
    """The living tenancies an argument stands for; at least one."""
    found = tenancies_in(context, target)
    if not found:
        raise GovcloudError("plan.no-tenancies", department=_department(context, target))
    return found


def tenancies_in(context: Context, target: str, *, ended: bool = False) -> list[Tenancy]:
    """The tenancies an argument stands for; of a department those that ended only when asked for, perhaps none."""
    one = _id(context, target)
    if one is not None:
        return [tenancy_of(context, one, target)]
    codes = _codes(context, target)
    return [tenancy for tenancy in all_tenancies(context.store, ended=ended) if tenancy.department in codes]


def reservations_in(context: Context, target: str) -> list[Reservation]:
    """What is reserved for the tenancies an argument stands for, whether those were ever applied or not."""
    one, kept = _id(context, target), all_reservations(context.store)
    if one is not None:
        return [reservation for reservation in kept if reservation.allocation.tenancy == one]
    codes = _codes(context, target)
    return [reservation for reservation in kept if reservation.allocation.department in codes]


def tenancies_seen(context: Context, target: str) -> list[Tenancy]:
    """The living tenancies that are to be looked at, at least one: of a folder those whose requests lie in it.

    To look at one too many does no harm. What changes or ends a tenancy takes no folder, for `.` is quickly typed.
    """
    if not _is_folder(context, target):
        return tenancies_of(context, target)
    inside = Path(target).resolve()
    moved = set(_ids_in(context, inside))
    living = all_tenancies(context.store)
    found = [one for one in living if one.id in moved or (context.repository.root / one.path).is_relative_to(inside)]
    if not found:
        raise GovcloudError("plan.no-tenancies-in", folder=target)
    return found


def _ids_in(context: Context, folder: Path) -> Iterator[str]:
    """What the requests in a folder stand for: the store knows of none that was moved there since it was applied."""
    for path in context.repository.requests():
        if path.is_relative_to(folder):
            with suppress(InvalidInput, Refused):  # one that says nothing may have a tenancy all the same
                yield identity_of(context, path)


def _is_folder(context: Context, target: str) -> bool:
    return bool(target) and Path(target).is_dir() and target not in context.repository.departments


def ids_of(context: Context, target: str) -> list[str]:
    """The tenancies an argument stands for, by id; also one that ended, or was never applied."""
    one = _id(context, target)
    if one is not None:
        return [one]
    if _is_folder(context, target):
        return [tenancy.id for tenancy in tenancies_seen(context, target)]
    planned = [reservation.allocation.tenancy for reservation in reservations_in(context, target)]
    known = tenancies_in(context, target) if planned else tenancies_of(context, target)
    return list(dict.fromkeys([*(tenancy.id for tenancy in known), *planned]))


def tenancy_of(context: Context, tenancy: str, target: str = "") -> Tenancy:
    """A tenancy by its id; raises where the store knows none. `target` is what was asked for, if not the id."""
    found = find(context.store, tenancy)
    kept = reservation_of(context.store, tenancy) if found is None else None
    if kept is not None:
        system, until = kept.allocation.system, kept.expires.isoformat(timespec="seconds")
        raise GovcloudError("plan.only-reserved", tenancy=tenancy, system=system, plan=kept.plan, until=until)
    if found is None and target not in ("", tenancy):
        # an id that nobody was told would say nothing
        raise GovcloudError("plan.not-applied", path=target)
    if found is None:
        planned = bool(history(context.store, tenancy))
        raise GovcloudError("plan.only-planned" if planned else "plan.no-tenancy", tenancy=tenancy)
    return found


def refuse_ended(tenancy: Tenancy) -> None:
    """Raise Refused where a tenancy has ended: nothing of it is left to look at, to keep or to change."""
    if tenancy.stage == "ended":
        raise Refused("plan.ended", tenancy=tenancy.id, path=tenancy.path)


def site_named(context: Context, name: str) -> Site:
    """A site by its name; raises where the province has none of it."""
    site = context.repository.sites.get(name)
    if site is None:
        raise UsageError("province.no-such-site", name=name, near=", ".join(context.repository.sites))
    return site


def whereabouts(context: Context, tenancy: Tenancy) -> Whereabouts:
    """Where a tenancy of the store is found."""
    domain = tenancy.allocation.domain if tenancy.allocation else ""
    return locate(context, context.site_of(tenancy.id, tenancy.site), tenancy.id, domain, tenancy)


def _id(context: Context, target: str) -> str | None:
    """The id of the one tenancy an argument names, or None where it is a department."""
    path = Path(target)
    if path.is_file() and path.name != DEPARTMENT_FILE:
        try:
            return identity_of(context, path)
        except InvalidInput as error:
            raise _by_id(context, path, error) from error
    if re.fullmatch(r"t-[0-9a-z]{6}", target):
        return target
    return _of_file(context, path) if is_yaml(path) and not path.exists() else None


def _by_id(context: Context, path: Path, error: InvalidInput) -> InvalidInput:
    """What is wrong with a request, and by which id its tenancy is reached as long as that is so."""
    one = _of_file(context, path)
    place = Place(str(path), 1, 1)
    known = [Problem("plan.reached-by-id", {"tenancy": one}, place)] if one else []
    return InvalidInput([*error.problems(), *known])


def _of_file(context: Context, path: Path) -> str | None:
    """The living tenancy that a file was the request of when it was last applied."""
    here, root = Path(os.path.realpath(path)), context.repository.root
    return next((one.id for one in all_tenancies(context.store) if root / one.path == here), None)


def _codes(context: Context, target: str) -> tuple[str, ...]:
    """The credit codes of the department an argument names, those it had before too."""
    department = context.repository.departments[_department(context, target)]
    return (department.uscc, *department.former)


def _department(context: Context, target: str) -> str:
    """The short name of a department given by short name or credit code; raises where there is none."""
    if target in context.repository.departments:
        return target
    known = context.repository.department(normalise(target))
    if known is None:
        raise UsageError("plan.no-target", target=target)
    return known[0]
