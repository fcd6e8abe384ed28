"""Can this cloud do it? What a site must be like before the first tenancy, asked without changing anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.facts import encryption, read_facts, volume_types
from govcloud.cloud.read.quotas import KEEPERS
from govcloud.cloud.read.region import region_of
from govcloud.errors import GovcloudError, Problem
from govcloud.province.model import Province
from govcloud.province.repository import Repository
from govcloud.province.site import Site

ROLES: Final = ("manager", "member", "reader")
# limits of one request or one server, which no project can hoard
_PER_ITEM: Final = (
    "metadata_items", "injected_files", "injected_file_content_bytes", "injected_file_path_bytes",
    "per_volume_gigabytes", "server_group_members", "fixed_ips", "floating_ips", "security_groups",
    "security_group_rules", "security_groups_rules", "router_route",
)  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One question and its answer; `name` is the id of its sentence, `params` fill it.

    Where the answer is an error, `problem` is what that says, and better than the sentence of the check.
    """

    name: str
    ok: bool
    params: Mapping[str, object] = field(default_factory=dict)
    problem: Problem | None = None


def failed(name: str, error: GovcloudError) -> Check:
    """A check that ended with an error."""
    return Check(name, False, problem=error.problems()[0])


def fitness(cloud: Cloud, repository: Repository, site: Site, store: str, tenancies: set[str]) -> Iterator[Check]:
    """Every check of a site; `store` is our store's id and `tenancies` the ids it knows."""
    province = repository.province
    try:
        user = cloud.user_name()
    except GovcloudError as error:
        yield failed("login", error)
        return
    yield Check("login", True, {"cloud": cloud.name, "user": user})
    try:
        facts = read_facts(cloud, province, site)
    except GovcloudError as error:
        yield failed("facts", error)
        return
    yield Check("owner", facts.owner in ("", store), {"domain": site.operator_domain, "owner": facts.owner or "-"})
    others = facts.sharing(site, repository.sites.values(), region_of)
    yield Check("own-cloud", not others, {"names": ", ".join(one.name for one in others) or site.name})
    yield from _named("role", ROLES, facts.roles)
    if site.staff:
        yield from _staff(cloud, site.staff)
    yield from _named("flavor", province.catalogue.flavors, facts.flavors)
    yield from _named("image", sorted({os.image for os in province.catalogue.os.values()}), facts.images)
    yield Check("image-twice", not facts.ambiguous, {"names": ", ".join(sorted(facts.ambiguous)) or "-"})
    volumes = province.catalogue.volumes
    yield from _named("volume-type", (volumes.plain, volumes.encrypted), facts.volume_types)
    yield from _named(
        "external-network", [province.zones[z].external_network for z in site.zones], facts.external_networks
    )
    yield Check("hosts", bool(facts.hosts), {"count": len(facts.hosts), "zones": ", ".join(facts.zones) or "-"})
    for ask in (_encryption, _sharing, _default_quotas, _default_group):
        yield from _asked(ask, cloud, province)
    try:
        yield _orphans(cloud, facts.domains[site.operator_domain], tenancies)
    except GovcloudError as error:
        yield failed("orphans", error)


def _named(kind: str, wanted: Any, found: Container[str]) -> Iterator[Check]:
    missing = [name for name in wanted if name not in found]
    yield Check(kind, not missing, {"names": ", ".join(missing) or ", ".join(wanted)})


def _staff(cloud: Cloud, staff: Collection[str]) -> Iterator[Check]:
    """Is each of the site's own people there? A name that nobody has yet would let in whoever is given it later."""
    try:
        yield from _named("staff", staff, cloud.call(lambda: [name for name in staff if _known(cloud, name)]))
    except GovcloudError as error:
        yield failed("staff", error)


def _known(cloud: Cloud, account: str) -> bool:
    """Is there a user or a group `name@domain`?"""
    name, _, domain = account.rpartition("@")
    keystone = cloud.identity
    return any(
        next(iter(ask(name=name, domain_id=home.id)), None) is not None
        for home in keystone.domains(name=domain)
        for ask in (keystone.users, keystone.groups)
    )


def _asked(ask: Callable[[Cloud, Province], Iterator[Check]], cloud: Cloud, province: Province) -> Iterator[Check]:
    """The checks of one question; a service that refuses the question fails it."""
    try:
        yield from ask(cloud, province)
    except GovcloudError as error:
        yield failed(ask.__name__.strip("_").replace("_", "-"), error)


def _encryption(cloud: Cloud, province: Province) -> Iterator[Check]:
    name = province.catalogue.volumes.encrypted
    kind = next((one for one in volume_types(cloud) if one["name"] == name), None)
    provider = encryption(cloud, kind["id"]) if kind else ""
    yield Check("encryption", bool(provider), {"names": f"{name} ({provider or '-'})"})


def _sharing(cloud: Cloud, province: Province) -> Iterator[Check]:
    names = {zone.external_network for zone in province.zones.values()}
    external = {n.id: n.name for n in cloud.connection.network.networks() if n.name in names}
    rules = cloud.connection.network.rbac_policies()
    open_to_all = sorted(
        {external[r.object_id] for r in rules if r.target_project_id == "*" and r.object_id in external}
    )
    yield Check("sharing", not open_to_all, {"names": ", ".join(open_to_all) or "-"})


def _default_quotas(cloud: Cloud, province: Province) -> Iterator[Check]:
    del province
    project = cloud.connection.current_project_id
    paths = {"compute": "defaults", "network": "default", "volume": "defaults"}
    loose = []
    for name, keeper in KEEPERS.items():
        limits = cloud.rest(keeper.service, "GET", f"{keeper.path.format(project=project)}/{paths[name]}")[keeper.key]
        loose += [f"{name}.{key}" for key, limit in limits.items() if _loose(key, limit)]
    yield Check("default-quotas", not loose, {"names": ", ".join(sorted(loose)) or "0"})


def _loose(key: str, limit: object) -> bool:
    return isinstance(limit, int) and limit != 0 and key not in _PER_ITEM


def _default_group(cloud: Cloud, province: Province) -> Iterator[Check]:
    del province
    rules = cloud.rest("network", "GET", "/default-security-group-rules")["default_security_group_rules"]
    used = [rule for rule in rules if rule.get("used_in_default_sg")]
    yield Check("default-group", not used, {"names": str(len(used))})


def _orphans(cloud: Cloud, domain: str, tenancies: set[str]) -> Check:
    projects = cloud.call(lambda: list(cloud.identity.projects(domain_id=domain)))
    orphans = sorted(p.name for p in projects if p.name.rpartition("-")[0] not in tenancies)
    return Check("orphans", not orphans, {"names": ", ".join(orphans) or "-"})
