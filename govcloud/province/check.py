"""What the types of the operator's files cannot say."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from govcloud.errors import Problem
from govcloud.province.department import Department
from govcloud.province.model import Province
from govcloud.province.site import Site
from govcloud.request.decode import dotted
from govcloud.request.names import is_key
from govcloud.request.near import offered
from govcloud.request.source import Path_, Source, legible

Finding = tuple[str, Path_, dict[str, object]]
EVERY_SITE: Final = "*"


def check_province(province: Province, source: Source) -> list[Problem]:
    """Pools that overlap, zones on one external network, baseline flows with two ends or none, freezes turned round."""
    return _problems(
        source, [*_pools(province), *_external_networks(province), *_baseline(province), *_freezes(province)]
    )


def _pools(province: Province) -> Iterator[Finding]:
    pools = [
        (("zones", name, "pool", index), pool)
        for name, zone in province.zones.items()
        for index, pool in enumerate(zone.pool)
    ]
    for (path, pool), (other_path, other) in itertools.combinations(pools, 2):
        if pool.overlaps(other):
            yield "province.pools-overlap", other_path, {"pool": other, "other": pool, "where": dotted(path)}


def _external_networks(province: Province) -> Iterator[Finding]:
    """What leaves one zone must not arrive in another."""
    owners: dict[str, str] = {}
    for name, zone in province.zones.items():
        other = owners.setdefault(zone.external_network, name)
        if other != name:
            yield (
                "province.network-shared",
                ("zones", name, "external_network"),
                {"network": zone.external_network, "zone": name, "other": other},
            )


def _baseline(province: Province) -> Iterator[Finding]:
    for index, flow in enumerate(province.baseline):
        ends = [end for end in (flow.from_, flow.to) if end is not None]
        if len(ends) != 1 or ends[0].kind != "cidr":
            yield "province.baseline-ends", ("baseline", index), {}


def _freezes(province: Province) -> Iterator[Finding]:
    for index, freeze in enumerate(province.freezes):
        if freeze.to < freeze.from_:
            yield "province.freeze-ends", ("freezes", index, "to"), {"start": freeze.from_}


def check_sites_of_freezes(province: Province, sites: Collection[str], source: Source) -> list[Problem]:
    """Freezes of sites there are not: they would hold nothing, and nobody would see it."""
    return _problems(
        source,
        [
            (
                "province.no-such-site",
                ("freezes", index, "site"),
                {"name": freeze.site, "near": offered(freeze.site, sites)},
            )
            for index, freeze in enumerate(province.freezes)
            if freeze.site != EVERY_SITE and freeze.site not in sites
        ],
    )


def check_site(site: Site, province: Province, source: Source, file_name: str) -> list[Problem]:
    """Zones and divisions the province does not have; a name that differs from the file's."""
    return _problems(source, list(_site(site, province, file_name)))


def _site(site: Site, province: Province, file_name: str) -> Iterator[Finding]:
    if site.name != file_name:
        yield "province.site-name", ("name",), {"name": site.name, "file": file_name}
    for index, zone in enumerate(site.zones):
        if zone not in province.zones:
            yield "province.no-such-zone", ("zones", index), {"zone": zone, "known": ", ".join(province.zones)}
    for index, division in enumerate(site.divisions):
        if division not in province.divisions:
            params = {"division": division, "known": ", ".join(province.divisions)}
            yield "province.no-such-division", ("divisions", index), {**params}


def check_operator_domains(sites: Mapping[str, tuple[Site, Source]]) -> list[Problem]:
    """By file: the ids of tenancies and departments follow from the name of the operator domain, on whichever cloud."""
    owners: dict[str, str] = {}
    problems: list[Problem] = []
    for path, (site, source) in sites.items():
        other = owners.setdefault(site.operator_domain, path)
        if other != path:
            params: dict[str, object] = {"domain": site.operator_domain, "site": site.name, "other": other}
            problems += _problems(source, [("province.domain-shared", ("operator_domain",), params)])
    return problems


def check_departments(departments: Mapping[str, tuple[Department, Source]]) -> list[Problem]:
    """By file: one credit code, now or formerly, belongs to one department; nobody is its own predecessor."""
    owners: dict[str, str] = {}
    problems: list[Problem] = []
    for path, (department, source) in departments.items():
        short = Path(path).parent.name
        if not is_key(short):
            problems.append(Problem("province.folder-name", {"folder": legible(short)}, source.place(())))
        if department.uscc in department.former:
            problems += _problems(source, [("province.own-predecessor", ("former",), {"code": department.uscc})])
        for code in {department.uscc, *department.former}:
            if owners.setdefault(code, short) != short:
                place = source.place(("uscc",))
                problems.append(Problem("province.code-taken", {"code": code, "other": owners[code]}, place, "uscc"))
    return problems


def _problems(source: Source, found: list[Finding]) -> list[Problem]:
    return [Problem(code, {"key": dotted(p), **params}, source.place(p), dotted(p)) for code, p, params in found]
