"""Neutron with ML2/OVN."""

from __future__ import annotations

from typing import Final

from govcloud.devcloud.ini import ini
from govcloud.devcloud.installation import Installation
from govcloud.devcloud.ready import just_runs
from govcloud.devcloud.service import Component, Endpoint, Service, Task
from govcloud.devcloud.services import openstack
from govcloud.devcloud.services.chassis import PHYSICAL_NETWORK
from govcloud.devcloud.services.ovn import address

PORTS: Final = ("neutron",)

# Nothing is free of charge: a project has what it is given, and who is given nothing has nothing.
QUOTAS: Final = (
    *("network", "subnet", "port", "router", "floatingip"),
    *("security_group", "security_group_rule", "rbac_policy"),
)


def component(here: Installation) -> Component:
    """The API, and beside it the workers that a server under WSGI no longer starts itself."""
    folder = here.etc / "neutron"
    needs = ("mariadb", "memcached", "rabbitmq", "keystone-api", "ovn-northd")
    conf = ("--config-file", str(folder / "neutron.conf"))
    return Component(
        name="neutron",
        services=(
            openstack.api(
                here,
                "neutron",
                "neutron.wsgi.api",
                {"OS_NEUTRON_CONFIG_DIR": str(folder), "OS_NEUTRON_CONFIG_FILES": "neutron.conf"},
                needs=needs,
                estimate=15,
            ),
            _worker(here, "neutron-ovn-maintenance-worker", conf, needs),
            _worker(here, "neutron-periodic-workers", conf, needs),
        ),
        files={"neutron/neutron.conf": _options(here)},
        databases=("neutron",),
        migrate=(
            Task(
                "neutron schema",
                (openstack.binary(here, "neutron-db-manage"), *conf, "upgrade", "heads"),
                estimate=12,
            ),
        ),
        endpoints=(Endpoint("neutron", "network", here.port("neutron")),),
        user="neutron",
    )


def _worker(here: Installation, name: str, conf: tuple[str, ...], needs: tuple[str, ...]) -> Service:
    """A worker that answers nobody: that it runs is all one can see."""
    return Service(
        name=name,
        command=(openstack.binary(here, name), *conf),
        ready=just_runs,
        needs=(*needs, "neutron-api"),
        estimate=8,
    )


def _options(here: Installation) -> str:
    python = openstack.python_home(here)
    return ini(
        openstack.logging(here),
        openstack.database(here, "neutron"),
        openstack.messaging(here),
        openstack.tokens(here, "neutron"),
        openstack.POLICY,
        {
            "DEFAULT": {
                "core_plugin": "ml2",
                "service_plugins": "ovn-router,segments,port_forwarding,qos",
                "api_paste_config": str(python / "etc/neutron/api-paste.ini"),
                "state_path": str(here.run / "neutron"),
                "host": "devcontrol",
                "notify_nova_on_port_status_changes": True,
                "notify_nova_on_port_data_changes": True,
                "rpc_workers": 0,  # there are no agents that would call: OVN's are its databases
                "rpc_state_report_workers": 0,
                "dns_domain": "devcloud.test.",
                # written to a router before Neutron looks whether it may have the gateway that is asked for
                "enable_snat_by_default": False,
            },
            "nova": openstack.identity(here, "nova"),
            "placement": openstack.identity(here, "placement"),
            # the default speaks for what has no option of its own: subnet pools
            "quotas": {"default_quota": 0, **{f"quota_{name}": 0 for name in QUOTAS}},
            "ml2": {
                "mechanism_drivers": "ovn",
                "type_drivers": "geneve,vlan,flat,local",
                "tenant_network_types": "geneve",
                "extension_drivers": "port_security,qos",
                "overlay_ip_version": 4,
            },
            "ml2_type_geneve": {"vni_ranges": "1:65535", "max_header_size": 38},
            "ml2_type_vlan": {"network_vlan_ranges": f"{PHYSICAL_NETWORK}:100:199"},
            "ml2_type_flat": {"flat_networks": ""},
            "ovn": {
                "ovn_nb_connection": address(here, "nb"),
                "ovn_sb_connection": address(here, "sb"),
                "ovn_metadata_enabled": False,
                "ovsdb_probe_interval": 0,
            },
        },
    )
