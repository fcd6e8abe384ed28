"""Placement."""

from __future__ import annotations

from typing import Final

from govcloud.devcloud.ini import ini
from govcloud.devcloud.installation import Installation
from govcloud.devcloud.service import Component, Endpoint, Task
from govcloud.devcloud.services import openstack

PORTS: Final = ("placement",)


def component(here: Installation) -> Component:
    """What the hosts have and who uses it."""
    folder = here.etc / "placement"
    return Component(
        name="placement",
        services=(
            openstack.api(
                here,
                "placement",
                "placement.wsgi.api",
                {"OS_PLACEMENT_CONFIG_DIR": str(folder)},
                processes=1,
                needs=("mariadb", "memcached", "keystone-api"),
            ),
        ),
        files={"placement/placement.conf": _options(here)},
        databases=("placement",),
        migrate=(
            Task(
                "placement schema",
                (
                    openstack.binary(here, "placement-manage"),
                    *("--config-file", str(folder / "placement.conf"), "db", "sync"),
                ),
            ),
        ),
        endpoints=(Endpoint("placement", "placement", here.port("placement")),),
        user="placement",
    )


def _options(here: Installation) -> str:
    return ini(
        openstack.logging(here),
        openstack.tokens(here, "placement"),
        openstack.POLICY,
        {
            "api": {"auth_strategy": "keystone"},
            "placement_database": openstack.pool(openstack.database_url(here, "placement")),
        },
    )
