"""What somebody with the plain client does behind our back, taken back in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.cloud.isolation.conftest import Neighbour
from tests.cloud.isolation.wiring import Machine

ANYTHING: Mapping[str, Any] = {"remote_ip_prefix": "0.0.0.0/0"}


def group_of(neighbour: Neighbour, name: str) -> str:
    """The id of a security group of a tenancy."""
    groups = neighbour.shop.cloud.network.security_groups()
    return next(str(group.id) for group in groups if group.name == f"{neighbour.tenancy}-{name}")


@contextmanager
def rule(neighbour: Neighbour, group: str, direction: str, **what: Any) -> Iterator[None]:
    """One more rule in a group; it belongs to whoever made it, not to the project."""
    network = neighbour.shop.cloud.network
    made = network.create_security_group_rule(
        security_group_id=group_of(neighbour, group), direction=direction, ether_type="IPv4", **what
    )
    try:
        yield
    finally:
        network.delete_security_group_rule(made)


@contextmanager
def everything_open(*neighbours: Neighbour) -> Iterator[None]:
    """Every machine may talk to everybody about everything."""
    with ExitStack() as stack:
        for neighbour in neighbours:
            for direction in ("ingress", "egress"):
                stack.enter_context(rule(neighbour, "baseline", direction, **ANYTHING))
        yield


@contextmanager
def zones_joined(neighbour: Neighbour, machine: Machine, zone: str) -> Iterator[None]:
    """A leg of a machine's network on the router of another zone."""
    network = neighbour.shop.cloud.network
    router = network.find_router(f"{neighbour.tenancy}-{zone}", ignore_missing=False)
    leg = network.create_port(network_id=network.get_port(machine.port).network_id)
    network.add_interface_to_router(router, port_id=leg.id)
    try:
        yield
    finally:
        network.remove_interface_from_router(router, port_id=leg.id)


@contextmanager
def unprotected(neighbour: Neighbour, machine: Machine) -> Iterator[None]:
    """A port that may say what it likes; Neutron wants it out of all groups for that."""
    network = neighbour.shop.cloud.network
    groups = network.get_port(machine.port).security_group_ids
    network.update_port(machine.port, port_security_enabled=False, security_groups=[])
    try:
        yield
    finally:
        network.update_port(machine.port, port_security_enabled=True, security_groups=groups)
