"""What the types of the operator's files cannot say."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network, collapse_addresses
from pathlib import Path
from typing import Final

from govcloud.errors import Problem
from govcloud.province.department import Department
from govcloud.province.model import SMALLEST_PREFIX, Province
from govcloud.province.site import Site
from govcloud.request.decode import dotted
from govcloud.request.names import is_key
from govcloud.request.near import offered
from govcloud.request.source import Path_, Source, legible

Finding = tuple[str, Path_, dict[str, object]]
EVERY_SITE: Final = "*"
# the name of the domain every Keystone begins with: the services' own users and projects live there
_FIRST_DOMAIN: Final = "default"
# which address of a pool stands as an example
_A_SERVICE: Final = 53
# this host, its link, groups, and what no router forwards (RFC 6890)
_NO_MACHINES: Final = tuple(map(IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")))


def check_province(province: Province, source: Source) -> list[Problem]:
    """Pools that overlap or are for no machine, what zones share and must not, baseline flows with two ends or none,
    freezes turned round.
    """
    checks = (_pools, _exchanges, _external_networks, _baseline, _freezes)
    return _problems(source, [found for check in checks for found in check(province)])


def _pools(province: Province) -> Iterator[Finding]:
    pools = [
        (("zones", name, "pool", index), pool)
        for name, zone in province.zones.items()
        for index, pool in enumerate(zone.pool)
    ]
    for path, pool in pools:
        if any(pool.overlaps(range_) for range_ in _NO_MACHINES):
            yield "province.pool-special", path, {"pool": pool}
        elif pool.prefixlen > SMALLEST_PREFIX:
            yield "province.pool-small", path, {"pool": pool, "prefix": SMALLEST_PREFIX}
    for (path, pool), (other_path, other) in itertools.combinations(pools, 2):
        if pool.overlaps(other):
            yield "province.pools-overlap", other_path, {"pool": other, "other": pool, "where": dotted(path)}


def _exchanges(province: Province) -> Iterator[Finding]:
    """An exchange stands between zones, with addresses of its own in each."""
    owners: dict[IPv4Address, str] = {}
    for name, zone in province.zones.items():
        for index, address in enumerate(zone.exchange):
            pools = ((one, pool) for one, other in province.zones.items() for pool in other.pool if one != name)
            other = next((one for one, pool in pools if address in pool), owners.setdefault(address, name))
            if other != name:
                params: dict[str, object] = {"address": address, "zone": name, "other": other}
                yield "province.exchange-elsewhere", ("zones", name, "exchange", index), params


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
    ranges: dict[Path_, IPv4Network] = {}
    for index, flow in enumerate(province.baseline):
        ends = {name: end for name, end in (("from", flow.from_), ("to", flow.to)) if end is not None}
        if len(ends) != 1 or any(end.kind != "cidr" for end in ends.values()):
            yield "province.baseline-ends", ("baseline", index), {}
            continue
        ranges |= {("baseline", index, name): IPv4Network(end.name) for name, end in ends.items()}
    # what stands around the addresses of a baseline flow is given to no tenancy: nothing would be left of a pool,
    # also where several share it
    together = list(collapse_addresses(ranges.values()))
    for name, pool in ((name, pool) for name, zone in province.zones.items() for pool in zone.pool):
        wide = [path for path, range_ in ranges.items() if pool.subnet_of(range_)]
        service = pool[min(_A_SERVICE, pool.num_addresses - 1)]
        params: dict[str, object] = {"pool": pool, "zone": name, "address": service}
        for path in wide:
            yield "province.baseline-wide", path, {"range": ranges[path], **params}
        if not wide and any(pool.subnet_of(range_) for range_ in together):
            yield "province.baseline-parts", *_parts(ranges, pool, params)


def _parts(
    ranges: Mapping[Path_, IPv4Network], pool: IPv4Network, more: Mapping[str, object]
) -> tuple[Path_, dict[str, object]]:
    """The widest range that leaves nothing of a pool, and the others it does so with: none that lies in another."""
    inside = {path: range_ for path, range_ in ranges.items() if range_.subnet_of(pool)}
    widest: dict[Path_, IPv4Network] = {}
    for path, range_ in sorted(inside.items(), key=lambda one: one[1].prefixlen):
        if not any(range_.subnet_of(one) for one in widest.values()):
            widest[path] = range_
    first = next(iter(widest))
    others = ", ".join(f"{range_} ({dotted(path)})" for path, range_ in widest.items() if path != first)
    return first, {"range": widest[first], "others": others, **more}


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
    if site.operator_domain.casefold() == _FIRST_DOMAIN:
        yield "province.first-domain", ("operator_domain",), {"domain": site.operator_domain}
    for index, zone in enumerate(site.zones):
        if zone not in province.zones:
            yield "province.no-such-zone", ("zones", index), {"zone": zone, "known": ", ".join(province.zones)}
    for index, division in enumerate(site.divisions):
        if division not in province.divisions:
            params = {"division": division, "known": ", ".join(province.divisions)}
            yield "province.no-such-division", ("divisions", index), {**params}


def check_sites(sites: Mapping[str, tuple[Site, Source]]) -> list[Problem]:
    """By file: the ids of tenancies and departments follow from the name of the operator domain, on whichever cloud,
    and what one cloud has left is not to be given twice. Keystone takes names in capitals for the same.
    """
    problems: list[Problem] = []
    for path, (site, source) in sites.items():
        for name, (code, same) in _OWN.items():
            # the first that has it, in the order of the files; itself if no other
            other = next(one for one, (its, _) in sites.items() if one == path or same(site, its))
            if other != path:
                params = {"value": getattr(site, name), "site": site.name, "other": other}
                problems += _problems(source, [(code, (name,), params)])
    return problems


def _one_domain(site: Site, other: Site) -> bool:
    return site.operator_domain.casefold() == other.operator_domain.casefold()


def _one_cloud(site: Site, other: Site) -> bool:
    """One entry of clouds.yaml leads to two clouds only where each site names a region of its own."""
    apart = site.region and other.region and site.region != other.region
    return site.cloud == other.cloud and not apart


# what each site has of its own, the word for two that have the same, and how it is seen
_OWN: Final[Mapping[str, tuple[str, Callable[[Site, Site], bool]]]] = {
    "operator_domain": ("province.domain-shared", _one_domain),
    "cloud": ("province.cloud-shared", _one_cloud),
}


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
