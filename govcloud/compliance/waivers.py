"""Waivers as the operator's files mean them: who may ask for one and approve it, and what there is to be waived."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from govcloud.compliance.judge import Terms, Verdict, waive
from govcloud.compliance.rules import RULES
from govcloud.errors import Problem
from govcloud.province.repository import WAIVERS_FILE, Repository
from govcloud.province.waivers import Waiver
from govcloud.request.decode import dotted
from govcloud.request.load import Loaded
from govcloud.request.near import offered

Finding = tuple[str, str, Mapping[str, object]]


def apply_waivers(
    verdicts: Iterable[Verdict], repository: Repository, department: str, tenancy: str, today: dt.date
) -> list[Verdict]:
    """The verdicts with the tenancy's waivers applied: asked for by its department, approved by anybody known.

    `department` is its credit code.
    """
    known = repository.department(department)
    owners = known[1].people if known else ()
    terms = Terms(today, repository.province.policy.waivable, owners, _everybody(repository))
    return waive(verdicts, repository.waivers, tenancy, terms)


def check_waivers(repository: Repository, today: dt.date) -> list[Problem]:
    """Rules there are not, and people there are not, in waivers that are not over: they would waive nothing."""
    everybody = _everybody(repository)
    return [
        _problem(repository, index, found)
        for index, waiver in enumerate(repository.waivers)
        for found in (*_rule(waiver), *(_people(waiver, everybody) if today <= waiver.until else ()))
    ]


def check_waived(
    repository: Repository, judged: Sequence[tuple[Loaded | None, Sequence[Verdict]]], today: dt.date
) -> list[Problem]:
    """What the repository's requests, with their verdicts of the request stage, know of waivers that are not over."""
    named = {loaded.request.tenancy or "": (loaded, verdicts) for loaded, verdicts in judged if loaded}
    # a request without its id, or one that cannot be read, may be the very one that is meant
    complete = all(loaded and loaded.request.tenancy for loaded, _ in judged)
    problems: list[Problem] = []
    for index, waiver in enumerate(repository.waivers):
        if waiver.until < today:
            continue
        if waiver.tenancy in named:
            loaded, verdicts = named[waiver.tenancy]
            found = [*_owner(waiver, repository, loaded), *_resource(waiver, verdicts)]
        elif complete:
            params = {"name": waiver.tenancy, "near": offered(waiver.tenancy, named) or "-"}
            found = [("compliance.no-such-tenancy", "tenancy", params)]
        else:
            found = []
        problems += [_problem(repository, index, one) for one in found]
    return problems


def _rule(waiver: Waiver) -> Iterator[Finding]:
    if waiver.rule not in RULES:
        yield "compliance.no-such-rule", "rule", {"name": waiver.rule, "near": offered(waiver.rule, RULES, 3)}


def _people(waiver: Waiver, everybody: Collection[str]) -> Iterator[Finding]:
    if waiver.owner == waiver.approver:
        yield "compliance.self-approved", "approver", {"name": waiver.approver}
        return
    for role, account in (("owner", waiver.owner), ("approver", waiver.approver)):
        if account not in everybody:
            yield "compliance.no-such-account", role, {"name": account, "near": offered(account, everybody, 3) or "-"}


def _owner(waiver: Waiver, repository: Repository, loaded: Loaded) -> Iterator[Finding]:
    """Who asks for it is of the department; who is nobody at all is told already."""
    known = repository.department(loaded.request.department)
    if known and waiver.owner in _everybody(repository) and waiver.owner not in known[1].people:
        params = {"name": waiver.owner, "near": offered(waiver.owner, known[1].people, 3) or "-"}
        yield "province.no-such-person", "owner", params


def _resource(waiver: Waiver, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """A thing of the request that the rule says nothing of; whether a thing of the cloud is there, a plan knows."""
    rule = RULES.get(waiver.rule)
    mine = [verdict for verdict in verdicts if verdict.rule is rule]
    if rule is None or waiver.resource is None or not mine or any(one.status == "not-evaluated" for one in mine):
        return
    # names in the cloud have neither dots nor brackets, paths in a request do
    of_request = rule.plan is None or re.search(r"[.\[]", waiver.resource)
    things = sorted({verdict.on for verdict in mine} - {""})
    if of_request and waiver.resource not in {*things, *(cause for verdict in mine for cause in verdict.causes)}:
        params = {"name": waiver.resource, "rule": rule.id, "near": ", ".join(things) or "-"}
        yield "compliance.no-such-resource", "resource", params


def _everybody(repository: Repository) -> frozenset[str]:
    """The accounts of all departments; the operator's own people have a department's file like any other."""
    return frozenset(account for department in repository.departments.values() for account in department.people)


def _problem(repository: Repository, index: int, found: Finding) -> Problem:
    code, name, params = found
    path = (index, name)
    place = repository.sources[WAIVERS_FILE].place(path)
    return Problem(code, {"key": dotted(path), **params}, place, dotted(path))
