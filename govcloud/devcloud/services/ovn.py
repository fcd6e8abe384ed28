"""OVN's two databases and northd, by Unix sockets only."""

from __future__ import annotations

from typing import Final

from govcloud.devcloud.installation import Installation
from govcloud.devcloud.ready import control_answers, socket_open
from govcloud.devcloud.service import Component, Service, Task

PORTS: Final = ()
SCHEMAS: Final = {"nb": "/usr/share/ovn/ovn-nb.ovsschema", "sb": "/usr/share/ovn/ovn-sb.ovsschema"}


def address(here: Installation, which: str) -> str:
    """Where `nb`, `sb` is reached."""
    return f"unix:{here.run}/ovn-{which}.sock"


def component(here: Installation) -> Component:
    """Northbound, southbound, and the daemon between them."""
    return Component(
        name="ovn",
        services=(*(_server(here, which) for which in SCHEMAS), _northd(here)),
        folders=("ovn",),
        prepare=tuple(
            Task(f"ovn-{which}", ("ovsdb-tool", "create", str(here.live / "ovn" / f"{which}.db"), schema), estimate=1)
            for which, schema in SCHEMAS.items()
        ),
        migrate=(
            Task(
                "ovn",
                # the peers are on this machine: a probe would only break connections when the machine is busy
                (
                    *("ovn-nbctl", f"--db={address(here, 'nb')}", "init", "--", "set", "NB_Global", "."),
                    *("options:northd_probe_interval=0", "name=devcloud"),
                ),
                estimate=1,
            ),
        ),
    )


def _server(here: Installation, which: str) -> Service:
    return Service(
        name=f"ovn-{which}",
        command=(
            *("/usr/sbin/ovsdb-server", "--no-chdir", f"--remote=p{address(here, which)}"),
            *(f"--unixctl={here.run}/ovn-{which}.ctl", str(here.live / "ovn" / f"{which}.db")),
        ),
        ready=socket_open(here.run / f"ovn-{which}.sock"),
        foundation=True,
        estimate=1,
    )


def _northd(here: Installation) -> Service:
    return Service(
        name="ovn-northd",
        command=(
            *("/usr/bin/ovn-northd", "--no-chdir", f"--unixctl={here.run}/ovn-northd.ctl"),
            *(f"--ovnnb-db={address(here, 'nb')}", f"--ovnsb-db={address(here, 'sb')}"),
        ),
        ready=control_answers(here.run, "ovn-northd.ctl", "status", "active"),
        needs=("ovn-nb", "ovn-sb"),
        foundation=True,
        estimate=1,
    )
