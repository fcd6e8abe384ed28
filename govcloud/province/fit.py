"""Does a request fit the province: department, people, site, zones, operating systems?"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from govcloud.errors import Problem
from govcloud.province.department import Department
from govcloud.province.repository import Repository
from govcloud.province.site import Site
from govcloud.request.decode import dotted
from govcloud.request.load import Loaded, shown
from govcloud.request.model import Request
from govcloud.request.source import Path_
from govcloud.request.topology import topology
from govcloud.request.uscc import division

Finding = tuple[str, Path_, dict[str, object], str | None]


@dataclass(frozen=True)
class Fitted:
    """A request with the department and the site it belongs to."""

    loaded: Loaded
    short: str
    department: Department
    site: Site

    @property
    def request(self) -> Request:
        """The request itself."""
        return self.loaded.request


def fit(loaded: Loaded, repository: Repository) -> tuple[Fitted | None, list[Problem]]:
    """The request in its place, or None, and everything that keeps it from fitting, in the order of the file."""
    known = repository.department(loaded.request.department)
    site, findings = _site(loaded.request, repository)
    if known is None:
        findings.append(("province.no-such-department", ("department",), {"code": loaded.request.department}, None))
    else:
        findings += [*_folder(loaded, known[0], repository), *_people(loaded.request, known[1])]
    findings += [*_zones(loaded.request, repository, site), *_systems(loaded.request, repository)]
    problems = [
        Problem(code, {"key": dotted(path), **params}, loaded.place(path), dotted(path), rule)
        for code, path, params, rule in findings
    ]
    problems.sort(key=lambda p: p.place or loaded.place(()))
    if known is None or site is None or problems:
        return None, problems
    return Fitted(loaded, *known, site), []


def _site(request: Request, repository: Repository) -> tuple[Site | None, list[Finding]]:
    """The site asked for, else the one that serves the department's division."""
    if request.site is not None:
        site = repository.sites.get(request.site)
        near = _near(request.site, repository.sites)
        missing: Finding = ("province.no-such-site", ("site",), {"name": request.site, "near": near}, None)
        return site, [] if site else [missing]
    code = division(request.department)
    serving = [site for site in repository.sites.values() if code in site.divisions]
    if len(serving) == 1:
        return serving[0], []
    params: dict[str, object] = {"division": code, "known": ", ".join(repository.sites)}
    problem = "province.which-site" if serving else "province.no-site"
    return None, [(problem, ("department",), params, None)]


def _folder(loaded: Loaded, short: str, repository: Repository) -> Iterator[Finding]:
    """A department files its own requests only: folders are what the forge's access rules go by."""
    departments = repository.root / "departments"
    path = loaded.path.resolve()
    if path.is_relative_to(departments) and path.parent != departments / short:
        yield "province.wrong-folder", ("department",), {"folder": shown(departments / short)}, None


def _people(request: Request, department: Department) -> Iterator[Finding]:
    for role, account in request.people.accounts().items():
        if account not in department.people:
            near = _near(account, department.people)
            yield "province.no-such-person", ("people", role), {"name": account, "near": near}, None


def _zones(request: Request, repository: Repository, site: Site | None) -> Iterator[Finding]:
    offered = [z for z in repository.province.zones if site is None or z in site.zones]
    for network in topology(request).networks.values():
        if network.zone not in offered:
            path: Path_ = ("iaas", "networks", network.key, "zone")
            yield "province.zone-not-offered", path, {"zone": network.zone, "known": ", ".join(offered)}, "GC-ZONE-001"
    for index, flow in enumerate(request.flows):
        if flow.via == "exchange":
            for zone in topology(request).zones():
                if zone in offered and not repository.province.zones[zone].exchange:
                    yield "province.no-exchange", ("flows", index, "via"), {"zone": zone}, None


def _systems(request: Request, repository: Repository) -> Iterator[Finding]:
    known = repository.province.catalogue.os
    for key, server in request.iaas.servers.items():
        if server.os not in known:
            path: Path_ = ("iaas", "servers", key, "os")
            yield "province.no-such-os", path, {"name": server.os, "near": _near(server.os, known)}, None


def _near(word: str, known: Collection[str]) -> str:
    return ", ".join(difflib.get_close_matches(word, known, n=3) or sorted(known))
