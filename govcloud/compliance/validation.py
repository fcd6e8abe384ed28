"""Validating files without a cloud: form, fit with the operator's files, and the rules of the request stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from govcloud.compliance.declare import declare
from govcloud.compliance.judge import Verdict, judge, refusing, waive
from govcloud.compliance.model import Subject
from govcloud.compliance.rules import RULES
from govcloud.errors import ExitCode, GovcloudError, Problem
from govcloud.province.fit import Fitted, fit
from govcloud.province.repository import PROVINCE_FILE, Repository, find_root, load_repository
from govcloud.request.load import Loaded, examine, shown


@dataclass(frozen=True)
class Validation:
    """What is wrong with one file: `problems` with its form, `verdicts` of the rules where the form is right.

    Without the operator's files around it, `alone` is true, and rules that need them are not-evaluated.
    """

    file: str
    loaded: Loaded | None
    problems: Sequence[Problem]
    verdicts: Sequence[Verdict]
    refusing: Sequence[Verdict]
    alone: bool

    @property
    def exit_code(self) -> ExitCode:
        """2 for a wrong form, 5 for a right one that breaks a rule, else 0."""
        if self.problems:
            return ExitCode.INVALID
        return ExitCode.REFUSED if self.refusing else ExitCode.OK


def validate(path: Path, today: dt.date) -> Validation:
    """Validate one request file; what the file holds never raises."""
    loaded, problems = examine(path)
    name = shown(path)
    root = find_root(path.parent)
    repository = None
    if root is not None:
        try:
            repository = load_repository(root)
        except GovcloudError as error:
            problems += error.problems()
    if loaded is None or problems:
        return Validation(name, loaded, problems, (), (), root is None)
    if repository is None:
        declaration = declare(loaded.request, province=None, site=None, today=today)
        verdicts = judge(RULES.values(), "request", Subject(declaration=declaration))
        return Validation(name, loaded, (), verdicts, refusing(verdicts, "high"), alone=True)
    fitted, problems = fit(loaded, repository)
    if fitted is None:
        return Validation(name, loaded, problems, (), (), alone=False)
    verdicts = judge_request(repository, fitted, loaded.request.tenancy or "", today)
    policy = repository.province.policy
    return Validation(name, loaded, (), verdicts, refusing(verdicts, policy.refuse_at), alone=False)


def judge_request(repository: Repository, fitted: Fitted, tenancy: str, today: dt.date) -> list[Verdict]:
    """The verdicts of the request stage, the tenancy's waivers applied."""
    declaration = declare(fitted.request, province=repository.province, site=fitted.site, today=today)
    verdicts = judge(RULES.values(), "request", Subject(declaration=declaration))
    waivable = repository.province.policy.waivable
    return waive(verdicts, repository.waivers, tenancy, today=today, waivable=waivable)


def validate_repository(root: Path) -> Sequence[Problem]:
    """What is wrong with the operator's files around `root`; an empty list when nothing is."""
    try:
        load_repository(root)
    except GovcloudError as error:
        return error.problems()
    return ()


def files_in(path: Path) -> list[Path]:
    """The request files an argument of `validate` stands for: the file itself, or all below a folder."""
    if not path.is_dir():
        return [path]
    skip = {PROVINCE_FILE, "department.yaml", "waivers.yaml"}
    found = [file for pattern in ("*.yaml", "*.yml") for file in path.rglob(pattern) if file.name not in skip]
    return sorted(file for file in found if file.parent.name != "sites")
