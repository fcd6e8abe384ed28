"""What a stranger puts into a tenancy's projects, one row for each kind: drift names it, an apply leaves it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.cloud.conftest import until
from tests.cloud.drift.place import Place


@dataclass
class Made:
    """What was made so far, by its row's name; `undo` takes all of it away again, newest first."""

    place: Place
    things: dict[str, Any] = field(default_factory=dict)
    undo: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    at: str = ""

    def after(self, undo: Callable[[], object]) -> None:
        """Note how what is made now is taken away again."""
        self.undo.append((self.at, undo))


@dataclass(frozen=True)
class Stray:
    """One thing made by hand: `kind` as drift names it; `how` makes it and gives back its id in drift's own form."""

    kind: str
    name: str
    how: Callable[[Made], str]

    def make(self, made: Made) -> str:
        """Put it there."""
        made.at = self.kind
        return self.how(made)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".replace(" ", "-")


def _network(service: str, kind: str, **how: Any) -> Callable[[Made], str]:
    """Something of Neutron's in the tenancy's project; what can be called is asked for its value."""

    def make(made: Made) -> str:
        said = {name: value(made) if callable(value) else value for name, value in how.items()}
        found = getattr(made.place.cloud.network, f"create_{service}")(**said)
        made.things[kind] = found
        made.after(lambda: getattr(made.place.cloud.network, f"delete_{service}")(found.id))
        return str(found.id)

    return make


def _project(made: Made) -> str:
    return made.place.project


def _elsewhere(made: Made) -> str:
    """A project that is none of the tenancy's."""
    return str(made.things["project"].id)


def _held(what: str) -> Callable[[Made], str]:
    return lambda made: made.place.ids[what]


def _thing(kind: str) -> Callable[[Made], str]:
    return lambda made: str(made.things[kind].id)


def _leg(made: Made) -> str:
    """The stray router, plugged into a network of the tenancy."""
    network, router = made.place.cloud.network, made.things["router"]
    port = network.create_port(network_id=made.place.ids["network front"], name="")
    network.add_interface_to_router(router, port_id=port.id)
    made.after(lambda: network.remove_interface_from_router(router, port_id=port.id))
    return str(port.id)


def _volume(made: Made) -> str:
    volumes = made.place.inside.block_storage
    volume = volumes.create_volume(name="by-hand", size=1, volume_type="plain")
    until(lambda: volumes.get_volume(volume).status == "available")
    made.things["volume"] = volume
    made.after(lambda: _delete_volume(made, volume.id))
    return str(volume.id)


def _delete_volume(made: Made, volume: str) -> None:
    volumes = made.place.inside.block_storage
    volumes.delete_volume(volume)
    until(lambda: all(one.id != volume for one in volumes.volumes()))


def _snapshot(made: Made) -> str:
    volumes = made.place.inside.block_storage
    snapshot = volumes.create_snapshot(volume_id=made.things["volume"].id, name="by-hand")
    until(lambda: volumes.get_snapshot(snapshot).status == "available")

    def undo() -> None:
        volumes.delete_snapshot(snapshot)
        until(lambda: all(one.id != snapshot.id for one in volumes.snapshots()))

    made.after(undo)
    return str(snapshot.id)


def _image(made: Made) -> str:
    image = made.place.inside.image.create_image(name="by-hand", container_format="bare", disk_format="raw")
    made.after(lambda: made.place.inside.image.delete_image(image))
    return str(image.id)


def _server(made: Made) -> str:
    """A machine on the stray port; its image is one that the cloud has."""
    compute = made.place.inside.compute
    image = next(iter(made.place.cloud.image.images(name="openeuler-24.03-2026.09")))
    flavor = compute.find_flavor("g1.small", ignore_missing=False)
    server = compute.create_server(
        name="by-hand", image_id=image.id, flavor_id=flavor.id, networks=[{"port": made.things["port"].id}]
    )
    until(lambda: compute.get_server(server).status == "ACTIVE", 120)
    made.things["server"] = server

    def undo() -> None:
        compute.delete_server(server)
        until(lambda: all(one.id != server.id for one in compute.servers()))

    made.after(undo)
    return str(server.id)


def _lock(made: Made) -> str:
    """On a machine that nobody needs to touch; an apply that must is refused."""
    compute, server = made.place.cloud.compute, made.place.ids["server db-1"]
    compute.lock_server(server)
    made.after(lambda: compute.unlock_server(server))
    return server


def _server_group(made: Made) -> str:
    compute = made.place.inside.compute
    group = compute.create_server_group(name="by-hand", policy="soft-affinity")
    made.after(lambda: compute.delete_server_group(group))
    return str(group.id)


def _default_group(made: Made) -> str:
    """The project's default group, which Neutron makes when somebody asks for the project's groups."""
    groups = made.place.cloud.network.security_groups(project_id=made.place.project)
    return str(next(group.id for group in groups if group.name == "default"))


def _role(role: str, actor: str, scope: str, inherited: str = "") -> Callable[[Made], str]:
    """A role given on the iaas project, the department's or the operator's domain: to a stranger, or the managers."""

    def make(made: Made) -> str:
        identity = made.place.cloud.identity
        given = str(identity.find_role(role, ignore_missing=False).id)
        place = made.place
        where = {"project": place.project, "domain": place.domain, "operator": place.shop.domain_id}[scope]
        who = made.place.ids["user-group managers"] if actor == "group" else _stranger(made)
        path = f"/{'project' if scope == 'project' else 'domain'}s/{where}/{actor}s/{who}/roles/{given}"
        path = f"/OS-INHERIT{path}/inherited_to_projects" if inherited else path
        assert identity.put(path).ok
        made.after(lambda: identity.delete(path))
        words = ["", where] if scope == "project" else [where, ""]
        words += [who if actor == "group" else "", who if actor == "user" else "", given]
        return "/".join([*words, *([inherited] if inherited else [])])

    return make


def _stranger(made: Made) -> str:
    """The id of somebody of another domain. Never the operator: to take a role or a group from somebody revokes all
    tokens of that second, also those that are asked for anew, and others are at work with the operator's.
    """
    identity = made.place.cloud.identity
    if "stranger" not in made.things:
        domain = identity.find_domain("Default", ignore_missing=False)
        user = made.things["stranger"] = identity.create_user(name=f"{made.place.tenancy}-x", domain_id=domain.id)
        made.after(lambda: identity.delete_user(user))
    return str(made.things["stranger"].id)


def _member(made: Made) -> str:
    """Somebody of another domain among the tenancy's readers."""
    identity, user, group = made.place.cloud.identity, _stranger(made), "user-group readers"
    identity.add_user_to_group(user, made.place.ids[group])
    made.after(lambda: identity.remove_user_from_group(user, made.place.ids[group]))
    return f"{made.place.ids[group]}/{user}"


def _domain_project(made: Made) -> str:
    """A project in the department's domain, which is for people only."""
    identity = made.place.cloud.identity
    project = identity.create_project(name="by-hand", domain_id=made.place.domain)
    made.things["project"] = project
    made.after(lambda: identity.delete_project(project))
    return str(project.id)


def _user_group(made: Made) -> str:
    """A group that bears a name of ours and is not; what else people of the department form is their own affair."""
    identity = made.place.cloud.identity
    group = identity.create_group(name=f"{made.place.tenancy}-by-hand", domain_id=made.place.domain)
    made.after(lambda: identity.delete_group(group))
    return str(group.id)


RULE = {"direction": "ingress", "ether_type": "IPv4", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22}
# in the order in which they need each other
STRAYS: tuple[Stray, ...] = (
    Stray("project", "in-the-domain", _domain_project),
    Stray("network", "by-hand", _network("network", "network", name="by-hand", project_id=_project)),
    Stray(
        "subnet",
        "by-hand",
        _network(
            "subnet",
            "subnet",
            name="by-hand",
            project_id=_project,
            network_id=_thing("network"),
            cidr="203.0.113.0/24",
            ip_version=4,
        ),
    ),
    Stray(
        "port", "by-hand", _network("port", "port", name="by-hand", project_id=_project, network_id=_thing("network"))
    ),
    # whoever owns it, it stands on a network of the tenancy
    Stray("port", "on-ours", _network("port", "guest", name="on-ours", network_id=_held("network front"))),
    Stray("router", "by-hand", _network("router", "router", name="by-hand", project_id=_project)),
    Stray("router-leg", "", _leg),
    Stray("security-group", "by-hand", _network("security_group", "group", name="by-hand", project_id=_project)),
    Stray(
        "rule", "in-ours", _network("security_group_rule", "r", security_group_id=_held("security-group web"), **RULE)
    ),
    Stray("rule", "in-default", _network("security_group_rule", "r", security_group_id=_default_group, **RULE)),
    Stray(
        "floating-ip",
        "",
        _network("ip", "ip", project_id=_project, floating_network_id=lambda made: made.place.external("internet")),
    ),
    Stray(
        "share",
        "out",
        _network(
            "rbac_policy",
            "share",
            action="access_as_shared",
            object_type="network",
            object_id=_held("network front"),
            target_project_id=_elsewhere,
        ),
    ),
    Stray(
        "share",
        "in",
        _network(
            "rbac_policy",
            "share",
            action="access_as_external",
            object_type="network",
            object_id=lambda made: made.place.external("dedicated"),
            target_project_id=_project,
        ),
    ),
    Stray(
        "share",
        "of-a-group",
        _network(
            "rbac_policy",
            "share",
            action="access_as_shared",
            object_type="security_group",
            object_id=_held("security-group app"),
            target_project_id=_elsewhere,
        ),
    ),
    Stray(
        "address-group", "by-hand", _network("address_group", "ag", name="by-hand", project_id=_project, addresses=[])
    ),
    Stray(
        "address-scope", "by-hand", _network("address_scope", "as", name="by-hand", project_id=_project, ip_version=4)
    ),
    Stray(
        "subnet-pool",
        "by-hand",
        _network("subnet_pool", "pool", name="by-hand", project_id=_project, prefixes=["203.0.113.0/24"]),
    ),
    Stray("qos-policy", "by-hand", _network("qos_policy", "qos", name="by-hand", project_id=_project)),
    Stray("volume", "by-hand", _volume),
    Stray("snapshot", "by-hand", _snapshot),
    Stray("image", "by-hand", _image),
    Stray("anti-affinity", "by-hand", _server_group),
    Stray("server", "by-hand", _server),
    Stray("lock", "on-ours", _lock),
    Stray("role", "on-the-project", _role("reader", "user", "project")),
    Stray("role", "of-a-group", _role("member", "group", "project")),
    Stray("role", "on-the-domain", _role("manager", "user", "domain")),
    Stray("role", "handed-down", _role("reader", "user", "domain", "projects")),
    Stray("role", "from-the-operators-domain", _role("member", "user", "operator", "projects")),
    Stray("role", "on-the-operators-domain", _role("manager", "user", "operator")),
    Stray("role", "of-a-group-from-there", _role("reader", "group", "operator", "projects")),
    Stray("user-group", "by-hand", _user_group),
    Stray("member", "stranger", _member),
)
# they keep Cinder's limits from being exact
HEAVY = frozenset({"volume", "snapshot"})


def put_down(made: Made, only: frozenset[str] = frozenset()) -> None:
    """Take away what was made, newest first: all of it, or `only` some kinds."""
    for entry in reversed(list(made.undo)):
        if not only or entry[0] in only:
            entry[1]()
            made.undo.remove(entry)


# kinds that no row makes, and why
ABSENT = {
    "backup": "the devcloud has no backup service",
    "trunk": "the devcloud's Neutron has no trunks",
    "attachment": "test_refused.py moves a volume of ours to another machine",
}
