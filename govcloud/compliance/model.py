"""What rules look at: a tenancy as declared and as built, the same shape whether planned or live.

A value that could not be read is `unknown`, never a guess: the rule that needs it then says not-evaluated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from govcloud.request.ends import FlowEnd, Ports

Unknown = Literal["unknown"]
UNKNOWN: Unknown = "unknown"
T = TypeVar("T")
R = TypeVar("R")


class NotEvaluated(Exception):
    """A rule needs something that could not be read; `what` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def known(value: T | Unknown, what: str) -> T:
    """The value, or NotEvaluated when it could not be read."""
    if isinstance(value, str) and value == UNKNOWN:
        raise NotEvaluated(what)
    return value


def each(things: Iterable[T], look: Callable[[T], Iterable[R]]) -> Iterator[R]:
    """What `look` finds in every thing. What it could not read is raised last, all at once, and hides no finding."""
    gaps: dict[str, None] = {}
    for thing in things:
        try:
            yield from look(thing)
        except NotEvaluated as gap:
            gaps[gap.what] = None
    if gaps:
        raise NotEvaluated(", ".join(gaps))


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeclaredNetwork(_Fact):
    """A network of the request; `zone` as it will be, default included."""

    zone: str


class DeclaredFlow(_Fact):
    """A flow of the request with the zone each end lies in: of another system none is known, and a range of addresses
    may meet several.

    `key` is its path in the request, `servers` are those it leads to. A service that names none of several networks
    lies in a zone unknown.
    """

    key: str
    from_: FlowEnd
    to: FlowEnd
    from_zone: str | Unknown | None
    to_zone: str | Unknown | None
    ports: tuple[Ports, ...]
    via_exchange: bool = False
    servers: tuple[str, ...] = ()


class DeclaredSite(_Fact):
    """The site of the tenancy; `region` is None where its cloud has but one."""

    name: str
    country: str
    mlps: int
    zones: tuple[str, ...]
    region: str | None = None


class Declaration(_Fact):
    """What was declared: the request, and what the operator's files say of its surroundings.

    `machines` are the machines by name, each with the key of its server; `services` the managed services that hold
    data, with the keys of that data; `stored` are the keys of the data that any volume or service holds;
    `offsite_backup` is None where there is no backup at all; `attestations` are the papers with the days they were
    signed; `pools` the addresses that tenancies of each zone may have, those of the province's own services left out.
    """

    department: str
    divisions: Mapping[str, str] | Unknown
    environment: str
    level: str
    classified: bool
    grades: Mapping[str, str]
    networks: Mapping[str, DeclaredNetwork]
    zones: tuple[str, ...] | Unknown
    pools: Mapping[str, tuple[str, ...]] | Unknown
    flows: tuple[DeclaredFlow, ...] = ()
    machines: Mapping[str, str] = {}
    services: Mapping[str, tuple[str, ...]] = {}
    stored: tuple[str, ...] = ()
    offsite_backup: bool | None = None
    attestations: Mapping[str, dt.date] = {}
    site: DeclaredSite | Unknown
    today: dt.date

    @property
    def grade(self) -> int:
        """The protection level as a number: the higher of its parts; 0 when it has none."""
        return max((int(c) for c in self.level if c.isdigit()), default=0)


class Network(_Fact):
    """A network and the range of its subnets."""

    name: str
    project: str
    zone: str | Unknown
    shared: bool | Unknown
    port_security: bool | Unknown
    cidrs: tuple[str, ...] | Unknown = ()


class Interface(_Fact):
    """A router's leg in a subnet, with the project that owns the subnet's network."""

    subnet: str
    project: str


class Route(_Fact):
    """An extra route of a router or a subnet."""

    destination: str
    next_hop: str


class Router(_Fact):
    """A router; `external` is the zone of its external network."""

    name: str
    project: str
    external: str | Unknown | None
    interfaces: tuple[Interface, ...] | Unknown = ()
    routes: tuple[Route, ...] | Unknown = ()


class SecurityRule(_Fact):
    """One rule. No protocol is any protocol; no ports are all ports; no source is any source.

    `prefixes` are the addresses it names, those of an address group included; `group` the security group. `flows` are
    the paths of the request's flows that ask for it, where that is known.
    """

    name: str
    direction: Literal["ingress", "egress"]
    ethertype: Literal["IPv4", "IPv6"] = "IPv4"
    protocol: str | None = None
    first: int | None = None
    last: int | None = None
    prefixes: tuple[str, ...] | Unknown = ()
    group: str | None = None
    flows: tuple[str, ...] = ()


class SecurityGroup(_Fact):
    """A security group and all its rules."""

    name: str
    project: str
    rules: tuple[SecurityRule, ...] | Unknown = ()


class Port(_Fact):
    """A port of a server or a service; router legs are interfaces, not ports.

    `server` is the machine (front-1) or the service it belongs to.
    """

    name: str
    network: str
    project: str
    groups: tuple[str, ...] | Unknown
    port_security: bool | Unknown
    address_pairs: tuple[str, ...] | Unknown = ()
    server: str | None = None


class Rbac(_Fact):
    """A sharing rule; `approved` when the target is a project of the tenancy that needs it."""

    name: str
    object_type: str
    object: str
    target: str
    approved: bool


class FloatingIp(_Fact):
    """A public address; `zone` is the zone of the external network it comes from."""

    name: str
    port: str | None
    zone: str | Unknown


class Volume(_Fact):
    """A volume with the highest grade of the data on it; `server` is its machine or service."""

    name: str
    grade: str | Unknown
    encrypted: bool | Unknown
    server: str | None = None


class Resources(_Fact):
    """Everything of the tenancy in the cloud; `projects` are its own. What could not be listed is unknown.

    Names are the spec's, without the tenancy's prefix, and so the same planned and live: a network's name is its
    key in the request, a machine's port is called front-1.
    """

    projects: tuple[str, ...]
    region: str | Unknown | None = None
    networks: tuple[Network, ...] | Unknown = ()
    routers: tuple[Router, ...] | Unknown = ()
    groups: tuple[SecurityGroup, ...] | Unknown = ()
    ports: tuple[Port, ...] | Unknown = ()
    rbac: tuple[Rbac, ...] | Unknown = ()
    floating_ips: tuple[FloatingIp, ...] | Unknown = ()
    volumes: tuple[Volume, ...] | Unknown = ()

    def network(self, name: str) -> Network:
        """The network of this name; NotEvaluated for one that was not read, such as one shared in."""
        return _named(name, known(self.networks, "networks"))

    def group(self, name: str) -> SecurityGroup:
        """The security group of this name; NotEvaluated for one that was not read."""
        return _named(name, known(self.groups, "groups"))

    def port(self, name: str) -> Port:
        """The port of this name; NotEvaluated for one that was not read."""
        return _named(name, known(self.ports, "ports"))

    def members(self, group: str) -> Iterator[Port]:
        """The ports that bear a group; NotEvaluated for a group that was not read."""
        name = self.group(group).name
        return (port for port in known(self.ports, "ports") if name in known(port.groups, f"{port.name}.groups"))


class Subject(_Fact):
    """What is judged. Before anything is planned there are no resources."""

    declaration: Declaration
    resources: Resources | None = None

    @property
    def built(self) -> Resources:
        """The resources; NotEvaluated where there are none yet."""
        if self.resources is None:
            raise NotEvaluated("resources")
        return self.resources

    @property
    def astray(self) -> str | None:
        """The region the resources lie in where the site's file names another; None where they lie at the site."""
        site = known(self.declaration.site, "sites/*.yaml")
        if site.region is None:
            return None
        region = known(self.built.region or UNKNOWN, "region")
        return region if region != site.region else None


_Named = TypeVar("_Named", Network, SecurityGroup, Port)


def _named(name: str, things: tuple[_Named, ...]) -> _Named:
    for thing in things:
        if thing.name == name:
            return thing
    raise NotEvaluated(name)
