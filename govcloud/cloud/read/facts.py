"""What a site's cloud offers and holds, asked of all its services at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Network
from typing import Any, Final

from govcloud.allocation.facts import ExternalNetwork, Facts, Flavor, Host, Image, Pool, Stock, Volume
from govcloud.cloud.connect import THREADS, Cloud
from govcloud.cloud.read.ownership import owner_of
from govcloud.errors import GovcloudError
from govcloud.province.model import Province
from govcloud.province.site import Site

_CLASSES = {"cores": "VCPU", "memory": "MEMORY_MB", "disk": "DISK_GB"}
# the states in which a volume never came into being, or goes
_NO_VOLUME: Final = ("error", "deleting", "error_deleting")


def read_facts(cloud: Cloud, province: Province, site: Site, tenancy: str = "") -> Facts:
    """The facts of a site, and of one of its tenancies; raises what the cloud refused. About a dozen calls and two for
    each host.
    """
    images = sorted({os.image for os in province.catalogue.os.values()})
    externals = sorted({zone.external_network for zone in province.zones.values()})
    cloud.user()
    with ThreadPoolExecutor(THREADS) as pool:

        def ask(question: Callable[..., Any], *arguments: object) -> Any:
            return pool.submit(cloud.call, lambda: question(cloud, *arguments))

        hosts, types = ask(_hosts), ask(_volume_types)
        pools, networks = ask(_volume_pools), ask(_external_networks, externals)
        flavors, subnets, metadata = ask(_flavors), ask(_subnets), ask(_metadata)
        found = [ask(_images, name) for name in images]
        domains, roles = ask(_domains), ask(_roles)
        named_domains = domains.result()
        domain = named_domains.get(site.operator_domain.casefold())
        if domain is None:
            raise GovcloudError("cloud.no-operator-domain", cloud=cloud.name, domain=site.operator_domain)
        domain_id = str(domain["id"])
        volumes = ask(_volumes, domain_id, tenancy) if tenancy else None
        backends, encrypting = types.result()
        named = [image for result in found for image in result.result()]
        return Facts(
            flavors=flavors.result(),
            images={image.name: image for image in named},
            ambiguous=frozenset(name for name, count in Counter(image.name for image in named).items() if count > 1),
            hosts=hosts.result(),
            volume_pools=pools.result(),
            volume_types=backends,
            external_networks=networks.result(),
            subnets=subnets.result(),
            domains={site.operator_domain: domain_id},
            roles=roles.result(),
            operator_user=cloud.user(),
            metadata=metadata.result(),
            volumes=volumes.result() if volumes else None,
            encrypting=encrypting,
            owner=owner_of(domain["tags"]) or "",
            domain_names=frozenset(named_domains),
            region=cloud.region,
        )


def _flavors(cloud: Cloud) -> Mapping[str, Flavor]:
    return {
        f.name: Flavor(f.id, f.name, f.vcpus, f.ram, f.disk) for f in cloud.connection.compute.flavors(is_public=None)
    }


def _images(cloud: Cloud, name: str) -> list[Image]:
    """The active images of one name that everybody may use; whoever has a project can give his own any name."""
    images = cloud.connection.image.images(name=name, status="active", visibility="public")
    return [
        Image(
            image.id,
            image.name,
            _text(image, "architecture", "hw_architecture"),
            image.min_disk or 0,
            image.min_ram or 0,
        )
        for image in images
    ]


def _text(image: Any, *names: str) -> str | None:
    values = [getattr(image, name, None) or (image.properties or {}).get(name) for name in names]
    return next((str(value) for value in values if value), None)


def _hosts(cloud: Cloud) -> tuple[Host, ...]:
    """Every hypervisor that is up and enabled, with what Placement says of it."""
    zones = {
        host: zone.name
        for zone in cloud.connection.compute.availability_zones(details=True)
        for host in (zone.hosts or {})
    }
    providers = {provider.name: provider.id for provider in cloud.connection.placement.resource_providers()}
    ready = [
        hypervisor
        for hypervisor in cloud.connection.compute.hypervisors(details=True)
        if hypervisor.status == "enabled" and hypervisor.state == "up" and hypervisor.name in providers
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        stocks = list(pool.map(lambda h: _stocks(cloud, providers[h.name]), ready))
    return tuple(
        Host(h.name, zones[h.service_details["host"]], s["cores"], s["memory"], s["disk"])
        for h, s in zip(ready, stocks, strict=True)
        if h.service_details["host"] in zones
    )


def _stocks(cloud: Cloud, provider: str) -> Mapping[str, Stock]:
    path = f"/resource_providers/{provider}"
    inventories: Mapping[str, Any] = cloud.rest("placement", "GET", f"{path}/inventories")["inventories"]
    usages: Mapping[str, Any] = cloud.rest("placement", "GET", f"{path}/usages")["usages"]
    return {
        name: Stock(
            total=inventories.get(word, {}).get("total", 0),
            reserved=inventories.get(word, {}).get("reserved", 0),
            ratio=inventories.get(word, {}).get("allocation_ratio", 1.0),
            used=usages.get(word, 0),
        )
        for name, word in _CLASSES.items()
    }


def _volume_types(cloud: Cloud) -> tuple[Mapping[str, str], frozenset[str]]:
    """Volume type to the name of the backend it lives on, a type without one may live on any; and which encrypt."""
    kinds = volume_types(cloud)
    backends = {kind["name"]: str((kind.get("extra_specs") or {}).get("volume_backend_name", "")) for kind in kinds}
    return backends, frozenset(kind["name"] for kind in kinds if encryption(cloud, kind["id"]))


def volume_types(cloud: Cloud) -> list[Mapping[str, Any]]:
    """All types of volumes, as Cinder tells them; those too that only some may see, which the SDK cannot ask for."""
    found: list[Mapping[str, Any]] = cloud.rest("block_storage", "GET", "/types?is_public=None")["volume_types"]
    return found


def encryption(cloud: Cloud, kind: str) -> str:
    """With what volumes of a type, by its id, are encrypted; empty where they are not."""
    return str(cloud.rest("block_storage", "GET", f"/types/{kind}/encryption").get("provider") or "")


def _volume_pools(cloud: Cloud) -> tuple[Pool, ...]:
    pools: list[Pool] = []
    for pool in cloud.connection.block_storage.backend_pools():
        said = pool.capabilities
        numbers = (said.get("total_capacity_gb"), said.get("free_capacity_gb"))
        if not all(isinstance(number, int | float) for number in numbers):
            raise GovcloudError("cloud.endless-pool", pool=pool.name)
        thin = said.get("thin_provisioning_support") and not said.get("thick_provisioning_support")
        used = said.get("provisioned_capacity_gb") if thin else said.get("allocated_capacity_gb")
        stock = Stock(
            total=float(numbers[0]),
            reserved=float(numbers[0]) * float(said.get("reserved_percentage") or 0) / 100,
            ratio=float(said.get("max_over_subscription_ratio") or 1) if thin else 1.0,
            used=float(used if used is not None else numbers[0] - numbers[1]),
        )
        pools.append(Pool(pool.name, str(said.get("volume_backend_name") or ""), stock))
    return tuple(pools)


def _volumes(cloud: Cloud, domain: str, tenancy: str) -> tuple[Volume, ...] | None:
    """What stands of a tenancy's volumes; None where no project has the name of its own, for somebody may have changed
    it.
    """
    project = next(iter(cloud.identity.projects(domain_id=domain, name=f"{tenancy}-iaas")), None)
    if project is None:
        return None
    listed = cloud.connection.block_storage.volumes(details=True, all_projects=True, project_id=project.id)
    return tuple(
        Volume(
            str(volume.name or "").removeprefix(f"{tenancy}-"),
            str(volume.volume_type or ""),
            volume.size,
            str(volume.host or ""),
        )
        for volume in listed
        if volume.status not in _NO_VOLUME
    )


def _external_networks(cloud: Cloud, names: Collection[str]) -> Mapping[str, ExternalNetwork]:
    """The provider networks with these names, whether Neutron calls them external or not.

    It does so only while they are shown to somebody: taken from everybody's sight, a network counts as internal. A
    network without a physical one behind it is somebody's own and no matter what it is called.
    """
    listed = cloud.connection.network.networks(name=list(names))
    networks = [network for network in listed if network.provider_physical_network]
    answer = cloud.rest("network", "GET", "/network-ip-availabilities")
    stocks = {
        row["network_id"]: Stock(total=row["total_ips"], used=row["used_ips"])
        for row in answer["network_ip_availabilities"]
    }
    found = {n.name: ExternalNetwork(n.id, n.name, stocks.get(n.id, Stock(0))) for n in networks}
    if len(found) < len(networks):
        twice = sorted({n.name for n in networks if [m.name for m in networks].count(n.name) > 1})
        raise GovcloudError("cloud.network-twice", cloud=cloud.name, names=", ".join(twice))
    return found


def _subnets(cloud: Cloud) -> tuple[IPv4Network, ...]:
    found = cloud.connection.network.subnets(ip_version=4, fields=["cidr"])
    return tuple(
        sorted({IPv4Network(subnet.cidr) for subnet in found}, key=lambda n: (int(n.network_address), n.prefixlen))
    )


def _metadata(cloud: Cloud) -> bool:
    """Does a network get a port for metadata that counts as its owner's? External networks have it then, like all."""
    found = cloud.connection.network.ports(device_owner="network:distributed", limit=1)
    return bool(getattr(next(iter(found), None), "project_id", None))


def _domains(cloud: Cloud) -> Mapping[str, Mapping[str, Any]]:
    """All domains by their names in small letters, as Keystone takes them; the SDK knows no tags of domains."""
    found: list[Mapping[str, Any]] = cloud.rest("identity", "GET", "/domains")["domains"]
    return {str(one["name"]).casefold(): one for one in found}


def _roles(cloud: Cloud) -> Mapping[str, str]:
    return {role.name: role.id for role in cloud.identity.roles() if role.domain_id is None}
