"""What can be reached: from the world, as openings of ports to any source; from another zone."""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from govcloud.compliance.model import (
    Port,
    Resources,
    SecurityGroup,
    SecurityRule,
    Subject,
    each,
    known,
)
from govcloud.compliance.rule import Answer, Severity, fail, ok
from govcloud.request.ends import End

INTERNET: Final = End("zone", "internet")
POOLS: Final = "province.yaml: zones"
ICMP: Final = frozenset({"icmp", "icmpv6"})
ANY: Final = "any"

# more than this many public IPv4 addresses (a /8) count as "any source"
WORLD: Final = 2**24
# in IPv6, anything shorter than this inside the global space does
WORLD_V6_PREFIX: Final = 16

_ANYWHERE: Final = {"IPv4": "0.0.0.0/0", "IPv6": "::/0"}
_ALL_V4: Final = ipaddress.IPv4Network("0.0.0.0/0")
_GLOBAL_V6: Final = ipaddress.IPv6Network("2000::/3")
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_NOT_PUBLIC: Final = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/3",
    )
)
# Neutron takes names and numbers alike
_PROTOCOLS: Final[Mapping[str, str]] = {
    "": ANY,
    "0": ANY,
    "1": "icmp",
    "6": "tcp",
    "17": "udp",
    "58": "icmpv6",
    "ipv6-icmp": "icmpv6",
}
_ALL_PORTS: Final = (0, 65535)


class Opening(NamedTuple):
    """Ports of one protocol that the world may reach; a protocol without ports is open as a whole."""

    protocol: str
    first: int
    last: int

    @property
    def whole(self) -> bool:
        """Is every port open?"""
        return self.first <= 1 and self.last == _ALL_PORTS[1]

    def within(self, others: Iterable[Opening]) -> bool:
        """Do the others open all of this, one by one?"""
        start = self.first
        for other in sorted(others):
            if other.protocol == self.protocol and other.first <= start <= other.last:
                start = other.last + 1
        return start > self.last

    def __str__(self) -> str:
        if self.whole:
            return self.protocol
        ports = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{ports}/{self.protocol}"


class Share(NamedTuple):
    """What the rules of one flow open to the world; of no flow (""), what is there besides.

    With `more`, no flow does alone: `flow` is the first of those that do it together, and so many more have part in it.
    """

    flow: str
    openings: tuple[Opening, ...]
    more: int = 0


class Exposure(NamedTuple):
    """What one group, or the groups of one port together, open to the world; `used` unless no port bears it."""

    on: str
    shares: tuple[Share, ...]
    used: bool


def exposures(resources: Resources) -> Iterator[Exposure]:
    """Every group, then every port whose groups open together what none of them opens alone."""
    seen: dict[tuple[str, ...], tuple[Share, ...]] = {}

    def shares(*names: str) -> tuple[Share, ...]:
        if names not in seen:
            seen[names] = _shares(names, resources)
        return seen[names]

    def look(thing: SecurityGroup | Port) -> Iterator[Exposure]:
        if isinstance(thing, SecurityGroup):
            yield Exposure(thing.name, shares(thing.name), _used(thing.name, resources))
            return
        names = known(thing.groups, f"{thing.name}.groups")
        alone = [opening for name in names for share in shares(name) for opening in share.openings]
        together = tuple(share for share in shares(*names) if not all(one.within(alone) for one in share.openings))
        if together:
            yield Exposure(thing.name, together, used=True)

    return each(_bearers(resources), look)


def _bearers(resources: Resources) -> Iterator[SecurityGroup | Port]:
    yield from known(resources.groups, "groups")
    yield from known(resources.ports, "ports")


def port_shares(port: Port, resources: Resources) -> tuple[Share, ...]:
    """What all groups of a port together open to the world."""
    return _shares(known(port.groups, f"{port.name}.groups"), resources)


def _shares(names: Iterable[str], resources: Resources) -> tuple[Share, ...]:
    groups = [resources.group(name) for name in names]
    return shares_of([rule for group in groups for rule in known(group.rules, f"{group.name}.rules")], resources)


def shares_of(rules: Sequence[SecurityRule], resources: Resources) -> tuple[Share, ...]:
    """Flow by flow, so that what follows from one is told of that one; then what needs several of them, told of the
    first."""
    flows = dict.fromkeys(flow for rule in rules for flow in rule.flows or ("",))
    alone = {flow: openings([r for r in rules if flow in (r.flows or ("",))], resources) for flow in flows}
    opened = [opening for share in alone.values() for opening in share]
    together: dict[str, Share] = {}
    for one in openings(rules, resources):
        if one.within(opened):
            continue
        parts = {flow for rule in rules if _has_part(rule, one, resources) for flow in rule.flows if not alone[flow]}
        first, *more = sorted(parts, key=_in_the_file) or [""]
        before = together.get(first, Share(first, ()))
        together[first] = Share(first, (*before.openings, one), max(before.more, len(more)))
    return (*(Share(flow, share) for flow, share in alone.items() if share), *together.values())


def _in_the_file(flow: str) -> tuple[int, str]:
    """flows[2] before flows[10]; rules come in another order."""
    return len(flow), flow


def _has_part(rule: SecurityRule, opening: Opening, resources: Resources) -> bool:
    """Does a rule help to open this to the world? One from a private range does not."""
    first, last = _ports(rule)
    meets = protocol_of(rule) in (opening.protocol, ANY) and first <= opening.last and opening.first <= last
    return rule.direction == "ingress" and meets and _is_public(sources(rule, resources))


def _is_public(prefixes: Iterable[str]) -> bool:
    v4, v6 = _split(prefixes)
    return _public_size(v4) > 0 or any(network.overlaps(_GLOBAL_V6) for network in v6)


def openings(rules: Iterable[SecurityRule], resources: Resources) -> tuple[Opening, ...]:
    """What the rules together open to the world: two halves of the world on one port are the world."""
    ingress = [(protocol_of(r), _ports(r), sources(r, resources)) for r in rules if r.direction == "ingress"]
    found: list[Opening] = []
    for protocol in sorted({protocol for protocol, _, _ in ingress}):
        reaching = [(ports, named) for other, ports, named in ingress if other in (protocol, ANY)]
        starts = sorted({first for (first, _), _ in reaching} | {last + 1 for (_, last), _ in reaching})
        for start, after in itertools.pairwise(starts):
            named = [prefix for (first, last), own in reaching if first <= start <= last for prefix in own]
            if not opens_world(named):
                continue
            if found and found[-1].protocol == protocol and found[-1].last == start - 1:
                start = found.pop().first  # noqa: PLW2901 - one range with the one before
            found.append(Opening(protocol, start, after - 1))
    return tuple(found)


def sources(rule: SecurityRule, resources: Resources) -> tuple[str, ...]:
    """The addresses a rule names; a group stands for what its ports may pretend to be (their address pairs)."""
    named = known(rule.prefixes, f"{rule.name}.prefixes")
    if rule.group is None:
        return named or (_ANYWHERE[rule.ethertype],)
    members = resources.members(rule.group)
    return named + tuple(pair for port in members for pair in known(port.address_pairs, f"{port.name}.address_pairs"))


def crosses(rule: SecurityRule, zone: str, subject: Subject) -> bool:
    """Does a rule on a port in `zone` name a port of the tenancy in another zone, or anybody's addresses there?"""
    members = subject.built.members(rule.group) if rule.group is not None else ()
    if any(subject.built.network(port.network).zone != zone for port in members):
        return True
    return meets_other_zone(sources(rule, subject.built), zone, subject)


def meets_other_zone(prefixes: Iterable[str], zone: str | None, subject: Subject) -> bool:
    """Do prefixes meet addresses of another zone: a network of this tenancy, or a pool of any?"""
    named = tuple(prefixes)
    networks = [network for network in known(subject.built.networks, "networks") if network.zone != zone]
    cidrs = [cidr for network in networks for cidr in known(network.cidrs, f"{network.name}.cidrs")]
    pools = known(subject.declaration.pools, POOLS)
    return _meet(_but_the_internet(named, zone), cidrs) or any(met != zone for met in zones_met(named, zone, pools))


def zones_met(prefixes: Iterable[str], zone: str | None, pools: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The zones, sorted, with addresses in these prefixes, as seen from `zone`.

    Any address in common is enough: a range that is wider than a zone reaches all of it.
    """
    named = _but_the_internet(prefixes, zone)
    return tuple(sorted(name for name, pool in pools.items() if _meet(named, pool)))


def _but_the_internet(prefixes: Iterable[str], zone: str | None) -> list[str]:
    """From its own zone, the internet may be named as a whole, and means no other zone."""
    v4, v6 = _split(prefixes)
    if zone == INTERNET.name:
        # every address, in however many pieces; a range that is only large means what is in it
        v4 = [] if _ALL_V4 in ipaddress.collapse_addresses(v4) else v4
        v6 = [] if any(_GLOBAL_V6.subnet_of(one) for one in ipaddress.collapse_addresses(v6)) else v6
    return [*map(str, v4), *map(str, v6)]


def _meet(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    (v4, v6), (other_v4, other_v6) = _split(ours), _split(theirs)
    return any(one.overlaps(other) for one in v4 for other in other_v4) or any(
        one.overlaps(other) for one in v6 for other in other_v6
    )


def protocol_of(rule: SecurityRule) -> str:
    """The protocol by one name for each: tcp for "6", any for none."""
    written = (rule.protocol or ANY).lower()
    return _PROTOCOLS.get(written, written)


def opens_world(prefixes: Iterable[str]) -> bool:
    """Do these prefixes together amount to any source?"""
    v4, v6 = _split(prefixes)
    return _public_size(v4) > WORLD or any(
        network.overlaps(_GLOBAL_V6) and network.prefixlen < WORLD_V6_PREFIX
        for network in ipaddress.collapse_addresses(v6)
    )


def _ports(rule: SecurityRule) -> tuple[int, int]:
    """The ports of a rule; no ports are all ports, and ICMP's are types and codes."""
    if rule.first is None or rule.last is None or protocol_of(rule) in ICMP:
        return _ALL_PORTS
    return rule.first, rule.last


def _used(group: str, resources: Resources) -> bool:
    """Is the group on a port? One that cannot be ruled out is."""
    if isinstance(resources.ports, str):
        return True
    return any(isinstance(port.groups, str) or group in port.groups for port in resources.ports)


def _split(prefixes: Iterable[str]) -> tuple[list[ipaddress.IPv4Network], list[ipaddress.IPv6Network]]:
    v4: list[ipaddress.IPv4Network] = []
    v6: list[ipaddress.IPv6Network] = []
    for prefix in prefixes:
        network = ipaddress.ip_network(prefix, strict=False)
        if isinstance(network, ipaddress.IPv4Network):
            v4.append(network)
        elif network.subnet_of(_MAPPED):
            # the IPv4 world by another name
            v4.append(ipaddress.IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - 96)))
        else:
            v6.append(network)
    return v4, v6


def _public_size(networks: Iterable[ipaddress.IPv4Network]) -> int:
    """How many public addresses the networks hold together."""
    size = 0
    for network in ipaddress.collapse_addresses(networks):
        low, high = int(network.network_address), int(network.broadcast_address)
        size += high - low + 1
        for private in _NOT_PUBLIC:
            inner_low, inner_high = int(private.network_address), int(private.broadcast_address)
            size -= max(0, min(high, inner_high) - max(low, inner_low) + 1)
    return size


def told_with(share: Share, alone: str) -> tuple[str, dict[str, Any]]:
    """The reason that tells of a share, and how many flows more have part in it."""
    return ("together", {"more": share.more}) if share.more else (alone, {})


def judged(exposed: Iterable[Exposure], wrong: Callable[[Share], Iterator[str]], *, told_as: str) -> Iterator[Answer]:
    """An answer on each exposure: what is `wrong` with its shares, flow by flow; less severe where nobody uses it.

    The reason is `open`, or `together`, with what is wrong in its parameter `told_as`.
    """
    for exposure in exposed:
        severity: Severity | None = None if exposure.used else "low"
        found = [(share, ", ".join(wrong(share))) for share in exposure.shares if any(wrong(share))]
        for share, what in found:
            reason, more = told_with(share, "open")
            yield fail(exposure.on, reason, key=share.flow, severity=severity, **{told_as: what}, **more)
        if not found:
            yield ok(exposure.on)
