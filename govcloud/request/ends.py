"""The ends and ports of flows, and addresses."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Annotated, Final, Literal, get_args

from pydantic import PlainSerializer

from govcloud.request.iaas import ZoneName
from govcloud.request.names import KEY, LAST_PORT, SYSTEM_CODE, read_key, read_system
from govcloud.request.near import near
from govcloud.request.scalar import read, refuse, schema, up_to

ZONES: Final = get_args(ZoneName)
_BYTE: Final = f"(0|{up_to(255)})"
_ADDRESS: Final = rf"{_BYTE}(\.{_BYTE}){{3}}"
_CIDR: Final = f"{_ADDRESS}/(0|{up_to(32)})"
_PORT: Final = f"({up_to(LAST_PORT)})"
_END: Final = f"{KEY}|network/{KEY}|zone/({'|'.join(ZONES)})|system/{SYSTEM_CODE}|cidr/{_CIDR}"


def _network(text: str) -> ipaddress.IPv4Network:
    # a lone address or a netmask would do for Python; 0.0.0.255 as a mask is read in two ways, so a length is asked for
    if not re.fullmatch(_CIDR, text):
        refuse("input.not-network", value=text)
    try:
        return ipaddress.IPv4Network(text)
    except ValueError:
        refuse("input.not-network", value=text)


def _is_range(text: str) -> bool:
    """Is this a range of addresses without `cidr/` before it, or one address?"""
    try:
        return bool(ipaddress.IPv4Network(text, strict=False))
    except ValueError:
        return False


def _address(text: str) -> ipaddress.IPv4Address:
    try:
        return ipaddress.IPv4Address(text)
    except ValueError:
        refuse("input.not-address", value=text)


@dataclass(frozen=True, order=True)
class Port:
    """Ports a flow opens: one protocol and an inclusive range; `icmp` has none (0, 0)."""

    protocol: Literal["tcp", "udp", "icmp"]
    first: int
    last: int

    def __str__(self) -> str:
        if self.protocol == "icmp":
            return "icmp"
        numbers = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{numbers}/{self.protocol}"


def _port(text: str) -> Port:
    if text == "icmp":
        return Port("icmp", 0, 0)
    match = re.fullmatch(r"(0|[1-9][0-9]{0,4})(?:-(0|[1-9][0-9]{0,4}))?/(tcp|udp)", text)
    if match is None:
        refuse("input.not-port", value=text)
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last <= LAST_PORT:
        refuse("input.port-range", value=text)
    return Port("tcp" if match[3] == "tcp" else "udp", first, last)


@dataclass(frozen=True, order=True)
class End:
    """One end of a flow: a key of the request, a network of it, a zone, another system or a range of addresses."""

    kind: Literal["key", "network", "zone", "system", "cidr"]
    name: str

    def __str__(self) -> str:
        return self.name if self.kind == "key" else f"{self.kind}/{self.name}"


def read_end(text: str) -> End:
    """The end of a flow as it is written, or a refusal."""
    kind, slash, name = text.partition("/")
    if _is_range(text):
        refuse("input.bare-range", value=text)
    if not slash:
        return End("key", read_key(text))
    if kind == "network":
        return End("network", read_key(name))
    if kind == "zone":
        if name not in ZONES:
            refuse("input.no-such-zone", name=name, near=", ".join(near(name, ZONES) or ZONES))
        return End("zone", name)
    if kind == "system":
        return End("system", read_system(name))
    if kind != "cidr":
        refuse("input.not-end", value=text)
    return End("cidr", str(_network(name)))


_AS_TEXT: Final = PlainSerializer(str, return_type=str)

Network4 = Annotated[
    ipaddress.IPv4Network, read("text", _network), schema("string", f"^{_CIDR}$", "input.not-network"), _AS_TEXT
]
Address4 = Annotated[
    ipaddress.IPv4Address,
    read("text", _address),
    schema("string", f"^{_ADDRESS}$", "input.not-address", format="ipv4"),
    _AS_TEXT,
]
Ports = Annotated[
    Port, read("text", _port), schema("string", rf"^(icmp|{_PORT}(-{_PORT})?/(tcp|udp))$", "input.not-port"), _AS_TEXT
]
FlowEnd = Annotated[
    End,
    read("text", read_end),
    schema(["string", "boolean"], f"^({_END})$", "input.not-end"),
    _AS_TEXT,
]
