"""Validating files without a cloud: form, fit with the operator's files, and the rules of the request stage."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from govcloud.allocation.allocate import opaque
from govcloud.compliance.declare import declare
from govcloud.compliance.judge import Verdict, judge, refusing
from govcloud.compliance.model import Subject
from govcloud.compliance.rules import RULES
from govcloud.compliance.waivers import apply_waivers, check_waived, check_waivers
from govcloud.config import PROVINCE_FILE
from govcloud.errors import ExitCode, GovcloudError, Place, Problem
from govcloud.province.fit import FOREIGN, examine_in_place, fit
from govcloud.province.kinds import operators_form
from govcloud.province.repository import WAIVERS_FILE, Repository, find_root, is_yaml, load_repository
from govcloud.province.site import Site
from govcloud.province.twice import Neighbours
from govcloud.request.decode import decode, in_order
from govcloud.request.idle import idle
from govcloud.request.load import Loaded, loaded_of, shown
from govcloud.request.model import Request
from govcloud.request.parse import read
from govcloud.request.source import Source
from govcloud.request.term import over


@dataclass(frozen=True)
class Validation:
    """What is wrong with one file: `problems` with its form, `verdicts` of the rules where the form is right.

    A file of the right form may break no rule and still be `blocked`, as a plan of it would be: its term is over, a
    flow of it opens nothing.

    Without the operator's files around it, `alone` is true, and rules that need them are not-evaluated. Where those
    files are wrong themselves it is not `judged`.
    """

    file: str
    loaded: Loaded | None
    problems: Sequence[Problem]
    verdicts: Sequence[Verdict] = ()
    refusing: Sequence[Verdict] = ()
    blocked: Sequence[Problem] = ()
    alone: bool = False
    judged: bool = True

    @property
    def exit_code(self) -> ExitCode:
        """2 for a wrong form, 5 for a right one that breaks a rule or is blocked, else 0."""
        if self.problems or not self.judged:
            return ExitCode.INVALID
        return ExitCode.REFUSED if self.refusing or self.blocked else ExitCode.OK


@dataclass
class _Province:
    """The operator's files around a request, read once."""

    repository: Repository | None = None
    problems: Sequence[Problem] = ()

    @cached_property
    def neighbours(self) -> Neighbours | None:
        """The requests of the repository, to look for twins."""
        return Neighbours(self.repository) if self.repository else None


class Validating:
    """A run of `validate` over any number of files."""

    def __init__(self, today: dt.date) -> None:
        self._today = today
        self._provinces: dict[Path, _Province] = {}
        self._seen: dict[Path, Validation] = {}

    def operators(self) -> list[Problem]:
        """What is wrong with the operator's files around everything that was looked at, each told once."""
        return [problem for province in self._provinces.values() for problem in province.problems]

    def repository(self, root: Path) -> None:
        """Look at an operator's repository."""
        self._province(root)

    def waivers(self, root: Path) -> None:
        """Hold the waivers of an operator's repository against all its requests."""
        province = self._province(root)
        if province.repository is not None and province.repository.waivers:
            found = [self.request(path) for path in province.repository.requests()]
            judged = [(one.loaded, one.verdicts) for one in found]
            problems = [*province.problems, *check_waived(province.repository, judged, self._today)]
            province.problems = sorted(problems, key=lambda problem: problem.place or Place("", 0, 0))

    def request(self, path: Path) -> Validation:
        """Look at one request file; what the file holds never raises.

        Where no province.yaml is, a folder may hold files of the operator's, and the form is all there is to them.
        """
        here = path.absolute()
        if here not in self._seen:
            self._seen[here] = self.text(path, read(path, shown_as=shown(path)), find_root(path.parent))
        return self._seen[here]

    def text(self, path: Path, source: Source, root: Path | None) -> Validation:
        """Look at what stands at `path`, or would, in the operator's repository at `root`, if in any."""
        form = operators_form(source) if root is None else None
        if form is not None:
            return Validation(source.file, None, decode(source, form)[1], alone=True)
        province = self._province(root) if root else _Province()
        repository, neighbours = province.repository, province.neighbours
        if repository is None:
            loaded, problems = loaded_of(path, source)
        else:
            loaded, problems = examine_in_place(source, path, repository)
            twins = neighbours.twins(source, path) if neighbours else ()
            problems = in_order(source, [*problems, *twins])
        judged = root is None or repository is not None
        elsewhere = [problem.code for problem in problems] == [FOREIGN]
        if loaded is None or (problems and not elsewhere) or not judged:
            return Validation(source.file, loaded, problems, alone=root is None, judged=judged)
        return self._judge(loaded, repository)

    def _judge(self, loaded: Loaded, repository: Repository | None) -> Validation:
        name = loaded.source.file
        if repository is None:
            declaration = declare(loaded.request, province=None, site=None, today=self._today)
            verdicts = judge(RULES.values(), "request", Subject(declaration=declaration))
            refused = refusing(verdicts, "high")
            return Validation(name, loaded, (), verdicts, refused, self._blocked(loaded, refused), alone=True)
        fitted, problems = fit(loaded, repository)
        site = fitted.site if fitted else None
        tenancy = loaded.request.tenancy or (_first_id(loaded, site, repository.root) if site else "")
        verdicts = judge_request(repository, loaded.request, site, tenancy, self._today)
        refused = refusing(verdicts, repository.province.policy.refuse_at)
        # where a rule refuses what no site serves, the form is right, and the rule says it better
        rules = {verdict.rule.id for verdict in refused}
        told = tuple(problem for problem in problems if problem.rule not in rules)
        return Validation(name, loaded, told, verdicts, refused, self._blocked(loaded, refused))

    def _blocked(self, loaded: Loaded, refused: Sequence[Verdict]) -> list[Problem]:
        ended = over(loaded, self._today)
        return [*([ended] if ended else []), *idle(loaded, {verdict.key for verdict in refused})]

    def _province(self, root: Path) -> _Province:
        if root not in self._provinces:
            try:
                repository = load_repository(root)
                self._provinces[root] = _Province(repository, check_waivers(repository, self._today))
            except GovcloudError as error:
                self._provinces[root] = _Province(problems=error.problems())
        return self._provinces[root]


def _first_id(loaded: Loaded, site: Site, root: Path) -> str:
    """The id that a request gets which writes none: what waives a rule for it names it by that."""
    path = Path(os.path.realpath(loaded.path))
    return opaque("t", site.operator_domain, str(path.relative_to(root))) if path.is_relative_to(root) else ""


def validate(path: Path, today: dt.date) -> Validation:
    """Validate one request file."""
    return Validating(today).request(path)


def judge_request(
    repository: Repository, request: Request, site: Site | None, tenancy: str, today: dt.date
) -> list[Verdict]:
    """The verdicts of the request stage, the tenancy's waivers applied."""
    declaration = declare(request, province=repository.province, site=site, today=today)
    verdicts = judge(RULES.values(), "request", Subject(declaration=declaration))
    return apply_waivers(verdicts, repository, request.department, tenancy, today)


def requests_in(path: Path) -> list[Path]:
    """The request files an argument of `validate` stands for: the file itself, or all below a folder.

    Of a repository those below departments are meant; the operator's own files are none, however they are named.
    """
    if not path.is_dir():
        return [] if _part(path) == "operator" else [path]
    seen = (
        file
        for file in filter(is_yaml, path.rglob("*"))
        if not any(part.startswith(".") for part in file.relative_to(path).parts)
    )
    return sorted(file for file in seen if _part(file) in ("request", "alone"))


def roots_in(path: Path) -> list[Path]:
    """The operator's repositories an argument of `validate` stands for a part of: those in a folder, or around it."""
    around = find_root(path if path.is_dir() else path.parent)
    inside = {file.resolve().parent for file in path.rglob(PROVINCE_FILE)} if path.is_dir() else set()
    return sorted(inside | ({around} if around else set()))


def waivers_in(path: Path) -> list[Path]:
    """The operator's repositories whose waivers an argument of `validate` stands for."""
    if path.is_dir():
        return sorted({file.resolve().parent for file in path.rglob(PROVINCE_FILE)})
    root = find_root(path.parent)
    return [root] if root and Path(os.path.realpath(path)) == root / WAIVERS_FILE else []


def _part(file: Path) -> Literal["operator", "request", "other", "alone"]:
    """Which part of the operator's repository a file is; `alone` outside of any."""
    root = find_root(file.parent)
    if root is None:
        return "alone"
    # a wrong ending makes no request of it
    name = f"{file.stem}.yaml" if is_yaml(file) else file.name
    match (file.parent.resolve() / name).relative_to(root).parts:
        case ("province.yaml" | "waivers.yaml",) | ("sites", _):
            return "operator"
        case ("departments", _, "department.yaml"):
            return "operator"
        case ("departments", *_):
            return "request"
    return "other"
