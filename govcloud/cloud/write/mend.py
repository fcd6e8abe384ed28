"""Putting right what a stranger changed and the engine cannot: its provider has no word for it, or takes any value."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.live.compute import UNCONFIRMED
from govcloud.errors import TimedOut

# resource's id, and the value that was applied
_Mend = Callable[[Cloud, str, Any], object]
# how long Nova may take to let go of what a machine had before it was resized
_PATIENCE: Final = 120.0


def _plug(cloud: Cloud, server: str, port: Any) -> None:
    """Plug a machine into its port again; where something else has the port, Nova refuses."""
    cloud.connection.compute.create_server_interface(server, port_id=port)


def _leg_address(cloud: Cloud, leg: str, gateway: Any) -> None:
    network = cloud.connection.network
    subnet = network.get_port(leg).fixed_ips[0]["subnet_id"]
    network.update_port(leg, fixed_ips=[{"subnet_id": subnet, "ip_address": gateway}])


def _dhcp_options(cloud: Cloud, port: str, _: Any) -> None:
    """We set none; Neutron takes one back when it is told to have no value."""
    network = cloud.connection.network
    options = network.get_port(port).extra_dhcp_opts
    network.update_port(port, extra_dhcp_opts=[{**option, "opt_value": None} for option in options])


def _confirm(cloud: Cloud, server: str, _: Any) -> None:
    """Let a resized machine stay as it is: what it wrote since is kept, and who wants it otherwise resizes it again.

    To revert would start it from the disk that it had before.
    """
    from openstack.exceptions import BadRequestException  # noqa: PLC0415 - loaded when a cloud is really asked

    compute = cloud.connection.compute
    until, said = time.monotonic() + _PATIENCE, False
    while compute.get_server(server).status == UNCONFIRMED:
        if time.monotonic() > until:
            raise TimedOut("cloud.not-confirmed", id=server)
        if not said:
            with suppress(BadRequestException):  # somebody said so before us, and Nova is at it
                compute.confirm_server_resize(server)
            said = True
        time.sleep(0.5)


# type token and property, as drift names them
MENDS: Final[Mapping[tuple[str, str], _Mend]] = {
    ("openstack:compute/instance:Instance", "networks"): _plug,
    ("openstack:compute/instance:Instance", "unconfirmedResize"): _confirm,
    ("openstack:compute/instance:Instance", "description"): (
        lambda c, id_, text: c.connection.compute.update_server(id_, description=text)
    ),
    ("openstack:compute/instance:Instance", "tags"): (
        lambda c, id_, _: c.connection.compute.remove_tags_from_server(id_)
    ),
    # a leg cannot be made anew beside the old one, which has the network's gateway address
    ("openstack:networking/routerInterface:RouterInterface", "routerId"): (
        lambda c, id_, router: c.connection.network.update_port(id_, device_id=router)
    ),
    ("openstack:networking/routerInterface:RouterInterface", "gatewayIp"): _leg_address,
    ("openstack:networking/routerInterface:RouterInterface", "legUp"): (
        lambda c, id_, up: c.connection.network.update_port(id_, admin_state_up=up)
    ),
    ("openstack:networking/router:Router", "routes"): (
        lambda c, id_, routes: c.connection.network.update_router(id_, routes=routes)
    ),
    ("openstack:networking/subnet:Subnet", "hostRoutes"): (
        lambda c, id_, routes: c.connection.network.update_subnet(id_, host_routes=routes)
    ),
    ("openstack:networking/secGroup:SecGroup", "description"): (
        lambda c, id_, text: c.connection.network.update_security_group(id_, description=text)
    ),
    ("openstack:networking/network:Network", "qosPolicyId"): (
        lambda c, id_, policy: c.connection.network.update_network(id_, qos_policy_id=policy)
    ),
    ("openstack:networking/port:Port", "extraDhcpOptions"): _dhcp_options,
    ("openstack:networking/port:Port", "qosPolicyId"): (
        lambda c, id_, policy: c.connection.network.update_port(id_, qos_policy_id=policy)
    ),
    ("openstack:networking/floatingIp:FloatingIp", "qosPolicyId"): (
        lambda c, id_, policy: c.connection.network.update_ip(id_, qos_policy_id=policy)
    ),
}


def mend(cloud: Cloud, token: str, attribute: str, id_: str, applied: object) -> None:
    """Put one attribute of a resource back to what was applied."""
    cloud.call(lambda: MENDS[token, attribute](cloud, id_, applied))
