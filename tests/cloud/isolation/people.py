"""People of the departments, made by the plain client, and what they may name in a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import requests

from tests.cloud.conftest import Cloud
from tests.cloud.isolation.conftest import Neighbour

PASSWORD: Final = "correct-horse-1"
ROLES: Final = ("manager", "member", "reader")
# what current clients ask for
_VERSIONS: Final = {
    "compute": {"OpenStack-API-Version": "compute 2.90"},
    "block-storage": {"OpenStack-API-Version": "volume 3.70"},
    "placement": {"OpenStack-API-Version": "placement 1.39"},
}
_KEY: Final = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJQk3q0m2vq8v5Zb1m7l0Hc9mQ0b3Q9mC7w1u6m0e4aK lihua"


@dataclass(frozen=True)
class Caller:
    """Somebody who is logged in."""

    token: str
    endpoints: Mapping[str, str]

    def send(self, method: str, service: str, path: str, body: Any = None) -> requests.Response:
        """One request; the answer, whatever it is."""
        headers = {"X-Auth-Token": self.token, **_VERSIONS.get(service, {})}
        return requests.request(method, self.endpoints[service] + path, json=body, headers=headers, timeout=60)


def log_in(cloud: Cloud, user: str, scope: Mapping[str, Any]) -> Caller:
    """A caller by password."""
    url = cloud.config.config["auth"]["auth_url"]
    who: dict[str, Any] = {"methods": ["password"], "password": {"user": {"id": user, "password": PASSWORD}}}
    answer = requests.post(f"{url}/auth/tokens", json={"auth": {"identity": who, "scope": dict(scope)}}, timeout=60)
    assert answer.status_code == 201, answer.text
    return Caller(answer.headers["X-Subject-Token"], _endpoints(cloud, answer.json()["token"]))


def operator(cloud: Cloud) -> Caller:
    """The operator, by the token of the plain client."""
    answer = cloud.session.get(f"{cloud.config.config['auth']['auth_url']}/auth/catalog")
    return Caller(cloud.session.get_token(), _endpoints(cloud, answer.json()))


def _endpoints(cloud: Cloud, answer: Mapping[str, Any]) -> dict[str, str]:
    def wanted(endpoint: Mapping[str, str]) -> bool:
        return endpoint["interface"] == "public" and endpoint["region"] == cloud.config.region_name

    services = {service["type"]: filter(wanted, service["endpoints"]) for service in answer["catalog"]}
    return {type_: next(endpoints)["url"] for type_, endpoints in services.items()}


def domain_of(neighbour: Neighbour) -> str:
    """The id of a tenancy's department's domain: the one with its groups."""
    groups = neighbour.shop.cloud.identity.groups(name=f"{neighbour.tenancy}-readers")
    return next(str(group.domain_id) for group in groups)


@contextmanager
def staff(neighbour: Neighbour) -> Iterator[Mapping[str, str]]:
    """One person for each role, and a spare one who is in no group; their ids by name."""
    identity, domain = neighbour.shop.cloud.identity, domain_of(neighbour)
    groups = {group.name: group for group in identity.groups(domain_id=domain)}
    of = {"manager": "managers", "member": f"{neighbour.tenancy}-members", "reader": f"{neighbour.tenancy}-readers"}
    made = {}
    try:
        for name in (*ROLES, "spare"):
            made[name] = identity.create_user(name=name, domain_id=domain, password=PASSWORD)
            if name in of:
                identity.add_user_to_group(made[name], groups[of[name]])
        yield {name: user.id for name, user in made.items()}
    finally:
        for user in made.values():
            identity.delete_user(user)


@contextmanager
def image(neighbour: Neighbour) -> Iterator[None]:
    """An image of a tenancy's own."""
    images = neighbour.shop.cloud.image
    made = images.create_image(name="own", owner=neighbour.project, disk_format="raw", container_format="bare")
    try:
        yield
    finally:
        images.delete_image(made)


def things(neighbour: Neighbour) -> dict[str, str]:
    """The ids of what a tenancy has, by what it is."""
    cloud, tenancy, project = neighbour.shop.cloud, neighbour.tenancy, neighbour.project
    network, identity = cloud.network, cloud.identity
    groups = {g.name: g for g in identity.groups(domain_id=domain_of(neighbour))}
    found = cloud.compute.servers(all_projects=True, project_id=project)
    servers = {server.name.removeprefix(f"{tenancy}-"): server.id for server in found}
    volume = next(iter(cloud.block_storage.volumes(all_projects=True, project_id=project)))
    group = next(g for g in network.security_groups() if g.name == f"{tenancy}-server-app")
    return {
        "domain": domain_of(neighbour),
        "project": project,
        "tenancy": tenancy,
        "readers": groups[f"{tenancy}-readers"].id,
        "managers": groups["managers"].id,
        "server": servers["db-1"],
        "second": servers["app-1"],
        "volume": volume.id,
        "network": network.find_network(f"{tenancy}-app", project_id=project).id,
        "subnet": network.find_subnet(f"{tenancy}-app", project_id=project).id,
        "router": network.find_router(f"{tenancy}-common", project_id=project).id,
        "port": network.find_port(f"{tenancy}-app-1", project_id=project).id,
        "group": group.id,
        "rule": next(iter(network.security_group_rules(security_group_id=group.id))).id,
        "floating": next(iter(network.ips(project_id=project))).id,
    }


def surroundings(neighbour: Neighbour) -> dict[str, str]:
    """The ids of what belongs to nobody or to the operator."""
    cloud = neighbour.shop.cloud
    external = {network.name: network.id for network in cloud.network.networks(is_router_external=True)}
    return {
        **{zone: external[zone] for zone in ("internet", "common", "dedicated")},
        **{f"role_{role.name}": role.id for role in cloud.identity.roles()},
        "operator": cloud.current_user_id,
        "operator_domain": neighbour.shop.domain_id,
        "image": next(iter(cloud.image.images(visibility="public"))).id,
        "flavor": cloud.compute.find_flavor("g1.small", ignore_missing=False).id,
        "public_key": _KEY,
    }
