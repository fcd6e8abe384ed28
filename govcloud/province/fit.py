"""Does a request fit the province: department, people, site, zones, operating systems?

Read from the file's nodes like its references: a wrong unit must not keep the writer from learning the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from govcloud.errors import Problem
from govcloud.province.department import Department
from govcloud.province.repository import Repository, code_prefix
from govcloud.province.site import Site
from govcloud.request import uscc
from govcloud.request.decode import dotted, in_order
from govcloud.request.ends import ZONES
from govcloud.request.load import Loaded, loaded_of, shown
from govcloud.request.model import People, Request
from govcloud.request.names import is_key, is_label
from govcloud.request.near import offered
from govcloud.request.references import NETWORKS, SERVERS
from govcloud.request.source import Entries, Items, Path_, Source
from govcloud.request.topology import DEFAULT_NETWORK
from govcloud.request.uscc import division, faults, normalise

# nobody serves a division that is not the province's own, and to ask for a site would only lead to the rule's refusal
FOREIGN: Final = "province.foreign-division"
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
    """The request in its place, or None, and everything that keeps it from fitting."""
    problems = misfits(loaded.source, loaded.path, repository)
    return None if problems else fitted(loaded, repository), problems


def fitted(loaded: Loaded, repository: Repository) -> Fitted | None:
    """The request in its place, where nothing was found that keeps it from fitting."""
    known = repository.department(loaded.request.department)
    site = _site(loaded.source, loaded.request.department, repository)
    return Fitted(loaded, *known, site) if known and site else None


def examine_in_place(source: Source, path: Path, repository: Repository) -> tuple[Loaded | None, list[Problem]]:
    """The request a file describes, or None, and everything wrong with its form and its fit, in the file's order."""
    loaded, problems = loaded_of(path, source)
    if isinstance(source.root, Entries):
        problems = in_order(source, [*problems, *misfits(source, path, repository)])
    return loaded, problems


def misfits(source: Source, path: Path, repository: Repository) -> list[Problem]:
    """Everything that keeps a request from fitting the province, in the order of the file."""
    problems = [
        Problem(code, {"key": dotted(key), **params}, source.place(key), dotted(key), rule)
        for code, key, params, rule in _misfits(source, path, repository)
    ]
    return sorted(problems, key=lambda p: p.place or source.place(()))


def _misfits(source: Source, path: Path, repository: Repository) -> Iterator[Finding]:
    code = normalise(source.text(("department",)) or "")
    code = "" if any(faults(code)) else code
    site = _site(source, code, repository)
    if site is None:
        yield from _no_site(source, code, repository)
    known = repository.department(code) if code else None
    if known is not None:
        yield from _folder(path, known[0], repository)
        yield from _code(source, known[0], repository)
        yield from _people(source, known[1])
    elif code:
        yield "province.no-such-department", ("department",), {"code": code}, None
    yield from _zones(source, repository, site)
    yield from _systems(source, repository)


def _site(source: Source, code: str, repository: Repository) -> Site | None:
    """The site asked for, else the one that serves the department's division; None where there is none or several."""
    if source.node(("site",)) is not None:
        return repository.sites.get(source.text(("site",)) or "")
    serving = _serving(code, repository)
    return serving[0] if len(serving) == 1 else None


def _serving(code: str, repository: Repository) -> list[Site]:
    return [site for site in repository.sites.values() if division(code) in site.divisions]


def _no_site(source: Source, code: str, repository: Repository) -> Iterator[Finding]:
    name = source.text(("site",))
    if not repository.sites:
        yield "province.no-sites", ("site",) if name else ("department",), {}, None
    elif name is not None and is_key(name):
        near = offered(name, repository.sites)
        yield "province.no-such-site", ("site",), {"name": name, "near": near}, None
    elif source.node(("site",)) is None and code:
        params: dict[str, object] = {"division": division(code), "known": ", ".join(repository.sites)}
        if division(code) not in repository.province.divisions:
            yield FOREIGN, ("department",), params, uscc.DIVISION_RULE
        else:
            problem = "province.which-site" if _serving(code, repository) else "province.no-site"
            yield problem, ("department",), params, None


def _folder(path: Path, short: str, repository: Repository) -> Iterator[Finding]:
    """A department files its own requests only: folders are what the forge's access rules go by.

    And `plan` of a folder takes *.yaml: a request with another ending would be forgotten.
    """
    departments = repository.root / "departments"
    path = path.resolve()
    inside = path.is_relative_to(departments)
    if inside and path.parent != departments / short:
        first = path.relative_to(departments).parts[0]
        # in a folder below its own it is with the right people, and no command finds it
        another = first != short and first in repository.departments
        code = "province.wrong-folder" if another else "province.no-folder"
        yield code, ("department",), {"folder": shown(departments / short)}, None
    if inside and path.suffix != ".yaml":
        yield "province.wrong-suffix", (), {"right": path.with_suffix(".yaml").name}, None


def _code(source: Source, short: str, repository: Repository) -> Iterator[Finding]:
    """The codes of another department's systems, given or still to be given: flows of others may name them already."""
    giver = repository.giver(source.text(("system", "code")) or "")
    if giver not in (None, short):
        yield "province.anothers-code", ("system", "code"), {"prefix": code_prefix(giver), "short": giver}, None


def _people(source: Source, department: Department) -> Iterator[Finding]:
    for role in People.model_fields:
        account = source.text(("people", role))
        if account is not None and is_key(account) and account not in department.people:
            near = offered(account, department.people)
            yield "province.no-such-person", ("people", role), {"name": account, "near": near}, None


def _zones(source: Source, repository: Repository, site: Site | None) -> Iterator[Finding]:
    """Zones that the site does not offer, flows through an exchange that the zone of an end does not have."""
    offered = [z for z in repository.province.zones if site is None or z in site.zones]
    usual = source.text(("zone",)) or str(Request.model_fields["zone"].default)
    names = source.names(NETWORKS) or (DEFAULT_NETWORK,)
    used = {name: source.text((*NETWORKS, name, "zone")) or usual for name in names}
    for name, zone in used.items():
        if zone in ZONES and zone not in offered:
            params: dict[str, object] = {"zone": zone, "known": ", ".join(offered)}
            yield "province.zone-not-offered", (*NETWORKS, name, "zone"), params, "GC-ZONE-001"
    without = [z for z in offered if not repository.province.zones[z].exchange]
    flows = source.node(("flows",))
    for index, _ in enumerate(flows.items if isinstance(flows, Items) else ()):
        if source.text(("flows", index, "via")) == "exchange":
            ends = [source.text(("flows", index, side)) or "" for side in ("from", "to")]
            zones = {_zone_at(source, end, used) for end in ends}
            for zone in (one for one in without if one in zones):
                yield "province.no-exchange", ("flows", index, "via"), {"zone": zone}, None


def _zone_at(source: Source, end: str, networks: Mapping[str, str]) -> str | None:
    """The zone an end of a flow lies in, as far as the request says; `networks` are its networks with their zones."""
    kind, slash, name = end.partition("/")
    if not slash and kind in source.names(SERVERS):
        return networks.get(source.text((*SERVERS, kind, "network")) or next(iter(networks)))
    return networks.get(name) if kind == "network" else name if kind == "zone" else None


def _systems(source: Source, repository: Repository) -> Iterator[Finding]:
    known = repository.province.catalogue.os
    for key in source.names(SERVERS):
        name = source.text((*SERVERS, key, "os"))
        if name is not None and is_label(name) and name not in known:
            path: Path_ = (*SERVERS, key, "os")
            yield "province.no-such-os", path, {"name": name, "near": offered(name, known)}, None
