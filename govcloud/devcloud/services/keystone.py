"""Keystone."""

from __future__ import annotations

from typing import Final

from govcloud.devcloud.ini import ini
from govcloud.devcloud.installation import Installation
from govcloud.devcloud.ready import http_answers
from govcloud.devcloud.service import Component, Endpoint, Task
from govcloud.devcloud.services import openstack

PORTS: Final = ("keystone",)


def component(here: Installation) -> Component:
    """Identity: the API, its keys and the first administrator."""
    folder = here.etc / "keystone"
    port = here.port("keystone")
    environment = {"OS_KEYSTONE_CONFIG_DIR": str(folder), "OS_KEYSTONE_CONFIG_FILES": "keystone.conf"}
    manage = (openstack.binary(here, "keystone-manage"), "--config-file", str(folder / "keystone.conf"))
    # keystone-manage drops to this user when it is root, and then insists on hearing the name
    keys = ("--keystone-user", here.owner, "--keystone-group", here.owner) if here.owner == "root" else ()
    return Component(
        name="keystone",
        services=(
            openstack.api(
                here,
                "keystone",
                "keystone.wsgi.api",
                environment,
                needs=("mariadb", "memcached"),
                ready=http_answers(port, "/v3"),
            ),
        ),
        files={"keystone/keystone.conf": _options(here)},
        folders=("keystone/fernet", "keystone/credentials"),
        databases=("keystone",),
        migrate=(
            Task("keystone schema", (*manage, "db_sync"), estimate=20),
            Task("keystone fernet keys", (*manage, "fernet_setup", *keys), estimate=3),
            Task("keystone credential keys", (*manage, "credential_setup", *keys), estimate=3),
            Task(
                "keystone administrator",
                (*manage, "bootstrap", "--bootstrap-region-id", openstack.REGION),
                environment={"OS_BOOTSTRAP_PASSWORD": here.password("user-admin")},
                estimate=6,
            ),
        ),
        endpoints=(Endpoint("keystone", "identity", port, "/v3"),),
    )


def _options(here: Installation) -> str:
    return ini(
        openstack.logging(here),
        openstack.database(here, "keystone"),
        openstack.POLICY,
        {
            "token": {"provider": "fernet", "expiration": 14400},
            "fernet_tokens": {"key_repository": str(here.live / "keystone/fernet")},
            "credential": {"key_repository": str(here.live / "keystone/credentials")},
            "fernet_receipts": {"key_repository": str(here.live / "keystone/fernet")},
            "cache": {
                "enabled": True,
                "backend": "dogpile.cache.pymemcache",
                "memcache_servers": f"127.0.0.1:{here.port('memcached')}",
            },
            # all passwords of a devcloud are long and random: a slow hash would protect nothing
            "identity": {"password_hash_rounds": 4, "max_password_length": 72},
        },
    )
