"""Nova: API, conductor, scheduler and one nova-compute per fake host."""

from __future__ import annotations

from typing import Final

from govcloud.devcloud.ini import Sections, ini
from govcloud.devcloud.installation import Installation
from govcloud.devcloud.ready import command_says
from govcloud.devcloud.service import Component, Endpoint, Ready, Service, Task
from govcloud.devcloud.services import mariadb, openstack
from govcloud.devcloud.services.chassis import HOSTS, Host, switch_database

PORTS: Final = ("nova",)
REPORT_INTERVAL: Final = 10  # seconds between two heartbeats of a service

# Zero for what is counted over a project; the limits of one server, one group or one request stay as they are.
QUOTAS: Final = ("instances", "cores", "ram", "key_pairs", "server_groups")


def component(here: Installation) -> Component:
    """Servers."""
    folder = here.etc / "nova"
    conf = configuration(here)
    paste = openstack.python_home(here) / "etc/nova/api-paste.ini"
    manage = manage_command(here)
    needs = ("mariadb", "memcached", "rabbitmq", "keystone-api")
    return Component(
        name="nova",
        services=(
            openstack.api(
                here,
                "nova",
                "nova.wsgi.osapi_compute",
                # the paste file comes first, or Nova looks for it under /etc
                {
                    "OS_NOVA_CONFIG_DIR": str(folder),
                    "OS_NOVA_CONFIG_FILES": f"{paste};nova.conf;database.conf",
                },
                processes=3,
                needs=needs,
                estimate=15,
            ),
            *(_daemon(here, name, conf, needs) for name in ("nova-conductor", "nova-scheduler")),
            *(_compute(here, host, needs) for host in HOSTS),
        ),
        files={
            "nova/nova.conf": _options(here),
            "nova/database.conf": _databases(here),
            **{f"nova/{host.name}.conf": _host_options(here, host) for host in HOSTS},
        },
        folders=tuple(f"hosts/{host.name}/nova/instances" for host in HOSTS),
        databases=("nova_api", "nova", "nova_cell0"),
        migrate=(
            # the cells must be on the map before the cells' schema is made
            Task("nova API schema", (*manage, "api_db", "sync"), estimate=12),
            Task("nova cell0", (*manage, "cell_v2", "map_cell0"), estimate=4),
            Task("nova cell1", (*manage, "cell_v2", "create_cell", "--name", "cell1"), estimate=4),
            Task("nova schema", (*manage, "db", "sync"), estimate=30),
        ),
        endpoints=(Endpoint("nova", "compute", here.port("nova"), "/v2.1"),),
        user="nova",
    )


def configuration(here: Installation) -> tuple[str, ...]:
    """The options that lead a daemon to its configuration, databases included."""
    folder = here.etc / "nova"
    return ("--config-file", str(folder / "nova.conf"), "--config-file", str(folder / "database.conf"))


def manage_command(here: Installation) -> tuple[str, ...]:
    """nova-manage, ready for its subcommand."""
    return (openstack.binary(here, "nova-manage"), *configuration(here))


def heartbeat(here: Installation, database: str, binary: str, host: str = "") -> Ready:
    """The service has told the database of itself since the last heartbeat was due."""
    where = f" AND host LIKE '{host}%'" if host else ""
    fresh = f"updated_at > UTC_TIMESTAMP() - INTERVAL {REPORT_INTERVAL + 2} SECOND"
    rows = f"FROM {database}.services WHERE deleted = 0 AND `binary` = '{binary}' AND {fresh}{where}"
    query = f"SELECT IF(COUNT(*) > 0, 'beats', '') {rows}"
    return command_says(mariadb.client(here, "--skip-column-names", "--execute", query), "beats")


def _daemon(here: Installation, name: str, conf: tuple[str, ...], needs: tuple[str, ...]) -> Service:
    return Service(
        name=name,
        command=(openstack.binary(here, name), *conf),
        ready=heartbeat(here, "nova", name),
        needs=needs,
        estimate=12,
    )


def _compute(here: Installation, host: Host, needs: tuple[str, ...]) -> Service:
    return Service(
        name=f"{host.name}-compute",
        command=(
            openstack.binary(here, "python"),
            str(here.lib / "run_compute.py"),
            *("--config-file", str(here.etc / "nova/nova.conf")),
            *("--config-file", str(here.etc / f"nova/{host.name}.conf")),
        ),
        ready=heartbeat(here, "nova", "nova-compute", host.name),
        # it waits for the conductor by itself, but without Keystone and Placement it ends at once
        needs=(*needs, "placement-api", f"{host.name}-ovn-controller"),
        environment={
            "DEVCLOUD_VCPUS": str(host.vcpus),
            "DEVCLOUD_MEMORY": str(host.memory),
            "DEVCLOUD_DISK": str(host.disk),
            "DEVCLOUD_SWITCH": switch_database(here, host.name),
        },
        estimate=12,
    )


def _host_options(here: Installation, host: Host) -> str:
    return ini(
        {
            "DEFAULT": {
                "host": host.name,
                # holds compute_id, the node's identity: without a folder of its own each start is a new node
                "state_path": str(here.live / "hosts" / host.name / "nova"),
            },
        }
    )


def _databases(here: Installation) -> str:
    """In a file of its own, for nova-compute may not even know where a database is, as in a real cell."""
    return ini(
        openstack.database(here, "nova"),
        {"api_database": openstack.pool(openstack.database_url(here, "nova_api", "nova"))},
    )


def _options(here: Installation) -> str:
    login = openstack.identity(here, "nova")
    peers: Sections = {
        "placement": login,
        "neutron": login,
        "glance": login,
        "cinder": {**login, "os_region_name": openstack.REGION},
    }
    return ini(
        openstack.logging(here),
        openstack.messaging(here),
        openstack.tokens(here, "nova"),
        openstack.POLICY,
        peers,
        {
            "DEFAULT": {
                "host": "devcontrol",
                "my_ip": "127.0.0.1",
                "compute_driver": "devcloud_host.Host",
                "state_path": str(here.run / "nova"),
                "report_interval": REPORT_INTERVAL,
                "service_down_time": 60,
                # a host that comes back takes its servers over again, see drivers/devcloud_host.py
                "resume_guests_state_on_host_boot": True,
                "cpu_allocation_ratio": "4.0",
                "ram_allocation_ratio": "1.0",
                "disk_allocation_ratio": "1.0",
                "reserved_host_memory_mb": 8192,
                "reserved_host_cpus": 2,
                "reserved_host_disk_mb": 51200,
                "flat_injected": False,
            },
            "quota": dict.fromkeys(QUOTAS, 0),
            "conductor": {"workers": 1},
            "scheduler": {"workers": 1},
            "filter_scheduler": {"image_properties_default_architecture": "x86_64"},
            "vnc": {"enabled": False},
            # no Barbican yet: one key for all encrypted volumes, the same as Cinder's
            "key_manager": {
                "backend": "nova.keymgr.conf_key_mgr.ConfKeyManager",
                "fixed_key": fixed_key(here),
            },
            "upgrade_levels": {"compute": "auto"},
        },
    )


def fixed_key(here: Installation) -> str:
    """The key of all encrypted volumes: 256 bits in hex."""
    return (here.password("volumes") + here.password("volumes-2"))[:64]
