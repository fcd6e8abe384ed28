"""memcached: the services' cache of tokens."""

from __future__ import annotations

from typing import Final

from govcloud.devcloud.installation import Installation
from govcloud.devcloud.ready import port_open
from govcloud.devcloud.service import Component, Service

PORTS: Final = ("memcached",)


def component(here: Installation) -> Component:
    """One server of 64 MiB, without UDP."""
    port = here.port("memcached")
    # it refuses to run as root unless told which user to be
    user = ("-u", "root") if here.owner == "root" else ()
    return Component(
        name="memcached",
        services=(
            Service(
                name="memcached",
                command=("/usr/bin/memcached", "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-m", "64", *user),
                ready=port_open(port),
                foundation=True,
                port=port,
                estimate=1,
            ),
        ),
    )
