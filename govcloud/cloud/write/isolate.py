"""Cutting a project's traffic: everything that is plugged into its networks down, or up again."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from govcloud.cloud.connect import THREADS, Cloud


@dataclass(frozen=True, order=True)
class Plug:
    """A port of somebody's: its name, its id, and whether traffic may pass."""

    name: str
    id: str
    up: bool


def plugs(cloud: Cloud, project: str) -> list[Plug]:
    """The ports of the project (its id), whatever they are for; Neutron's own, as a router's legs, carry no machine."""
    ports = cloud.call(lambda: list(cloud.connection.network.ports(project_id=project)))
    own = [port for port in ports if not port.device_owner.startswith("network:")]
    return sorted(Plug(port.name, port.id, port.is_admin_state_up) for port in own)


def in_sight(cloud: Cloud, project: str) -> bool:
    """Do we see anything of the project (its id) in Neutron, which lists nothing for whoever has not the right to look?

    A network or a router's leg is enough.
    """

    def ask() -> bool:
        neutron = cloud.connection.network
        return any(True for listed in (neutron.networks, neutron.ports) for _ in listed(project_id=project))

    return cloud.call(ask)


def turn(cloud: Cloud, wanted: Iterable[Plug], *, up: bool) -> None:
    """Let traffic pass, or not; a port that went away meanwhile is no matter. All are tried before an error is told."""

    def one(plug: Plug) -> None:
        cloud.rest("network", "PUT", f"/ports/{plug.id}", {"port": {"admin_state_up": up}}, may_miss=True)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, wanted))
