"""Glance, with its images in a folder."""

from __future__ import annotations

from typing import Final

from govcloud.devcloud.ini import ini
from govcloud.devcloud.installation import Installation
from govcloud.devcloud.service import Component, Endpoint, Task
from govcloud.devcloud.services import openstack

PORTS: Final = ("glance",)


def component(here: Installation) -> Component:
    """Images."""
    folder = here.etc / "glance"
    port = here.port("glance")
    return Component(
        name="glance",
        services=(
            openstack.api(
                here,
                "glance",
                "glance.wsgi.api",
                {"OS_GLANCE_CONFIG_DIR": str(folder)},
                processes=1,
                needs=("mariadb", "memcached", "keystone-api"),
            ),
        ),
        # the file must bear this name
        files={"glance/glance-api.conf": _options(here)},
        folders=("glance/images", "glance/staging", "glance/tasks"),
        databases=("glance",),
        migrate=(
            Task(
                "glance schema",
                (
                    openstack.binary(here, "glance-manage"),
                    *("--config-file", str(folder / "glance-api.conf"), "db_sync"),
                ),
                estimate=9,
            ),
        ),
        endpoints=(Endpoint("glance", "image", port),),
        user="glance",
    )


def _options(here: Installation) -> str:
    images = here.live / "glance"
    return ini(
        openstack.logging(here),
        openstack.database(here, "glance"),
        openstack.tokens(here, "glance"),
        openstack.POLICY,
        {
            "DEFAULT": {
                "enabled_backends": "files:file",
                "worker_self_reference_url": f"http://127.0.0.1:{here.port('glance')}",
            },
            "glance_store": {"default_backend": "files"},
            "files": {"filesystem_store_datadir": str(images / "images")},
            "os_glance_staging_store": {"filesystem_store_datadir": str(images / "staging")},
            "os_glance_tasks_store": {"filesystem_store_datadir": str(images / "tasks")},
            "paste_deploy": {
                "flavor": "keystone",
                "config_file": str(openstack.python_home(here) / "etc/glance/glance-api-paste.ini"),
            },
        },
    )
