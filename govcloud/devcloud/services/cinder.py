"""Cinder: volumes in pools of finite size."""

from __future__ import annotations

from typing import Final

from govcloud.devcloud.ini import ini
from govcloud.devcloud.installation import Installation
from govcloud.devcloud.service import Component, Endpoint, Service, Task
from govcloud.devcloud.services import openstack
from govcloud.devcloud.services.nova import REPORT_INTERVAL, fixed_key, heartbeat

PORTS: Final = ("cinder",)
QUOTAS: Final = ("volumes", "snapshots", "gigabytes", "backups", "backup_gigabytes", "groups")


def component(here: Installation) -> Component:
    """Volumes."""
    folder = here.etc / "cinder"
    conf = ("--config-file", str(folder / "cinder.conf"))
    needs = ("mariadb", "memcached", "rabbitmq", "keystone-api")
    port = here.port("cinder")
    return Component(
        name="cinder",
        services=(
            openstack.api(here, "cinder", "cinder.wsgi.api", {}, arguments=" ".join(conf), needs=needs),
            _daemon(here, "cinder-volume", conf, needs),
            # when it starts it asks what pools there are, once: somebody must be there to answer
            _daemon(here, "cinder-scheduler", conf, (*needs, "cinder-volume")),
        ),
        files={"cinder/cinder.conf": _options(here)},
        folders=("cinder",),
        databases=("cinder",),
        migrate=(Task("cinder schema", (openstack.binary(here, "cinder-manage"), *conf, "db", "sync"), estimate=9),),
        endpoints=(
            # the type of today and the one that clients made before 2024 ask for
            Endpoint("cinder", "block-storage", port, "/v3"),
            Endpoint("cinderv3", "volumev3", port, "/v3"),
        ),
        user="cinder",
    )


def _daemon(here: Installation, name: str, conf: tuple[str, ...], needs: tuple[str, ...]) -> Service:
    return Service(
        name=name,
        command=(openstack.binary(here, name), *conf),
        ready=heartbeat(here, "cinder", name),
        needs=needs,
        estimate=12,
    )


def _options(here: Installation) -> str:
    return ini(
        openstack.logging(here),
        openstack.database(here, "cinder"),
        openstack.messaging(here),
        openstack.tokens(here, "cinder"),
        openstack.POLICY,
        {
            "DEFAULT": {
                "host": "devcontrol",
                "my_ip": "127.0.0.1",
                "auth_strategy": "keystone",
                "enabled_backends": "pools",
                "default_volume_type": "plain",
                "state_path": str(here.live / "cinder"),
                "api_paste_config": str(openstack.python_home(here) / "etc/cinder/api-paste.ini"),
                "report_interval": REPORT_INTERVAL,
                "service_down_time": 60,
                # what a pool has left is seen soon; by themselves they wait up to a minute, and say it every minute
                "backend_stats_polling_interval": 10,
                "periodic_interval": 10,
                "periodic_fuzzy_delay": 0,
                "glance_api_servers": f"http://127.0.0.1:{here.port('glance')}",
                "image_conversion_dir": str(here.run / "tmp"),
                **{f"quota_{name}": 0 for name in QUOTAS},
            },
            "pools": {
                "volume_driver": "devcloud_pools.Pools",
                "volume_backend_name": "pools",
                "max_over_subscription_ratio": "1.0",
                "reserved_percentage": 0,
            },
            "nova": openstack.identity(here, "nova"),
            "key_manager": {
                "backend": "cinder.keymgr.conf_key_mgr.ConfKeyManager",
                "fixed_key": fixed_key(here),
            },
        },
    )
