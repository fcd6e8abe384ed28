"""The fake hosts' live network: each has a network namespace with its own switch and ovn-controller.

Two userspace switches cannot share a namespace: both would make the tap devices `ovs-netdev` and `br-int`.
In its namespace a host has `eth0`, a cable to the fabric (`fabric.sh`), plugged into the bridge `br-phy`.
That bridge carries the host's own address, over which Geneve goes to the other hosts, and the provider
networks as VLANs: packets really cross between hosts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from govcloud.devcloud.installation import Installation
from govcloud.devcloud.ready import control_answers, socket_open
from govcloud.devcloud.service import Component, Service, Task
from govcloud.devcloud.services.ovn import address

PORTS: Final = ()
PHYSICAL_NETWORK: Final = "provider"


@dataclass(frozen=True)
class Host:
    """A fake hypervisor: sizes in cores, MiB and GiB."""

    name: str
    zone: str
    vcpus: int
    memory: int
    disk: int
    underlay: str


# Two sizes, as grown clouds have; what is left for guests is (total - reserved) x ratio, see nova.py.
HOSTS: Final = (
    Host("devhost1", "az1", 64, 256 * 1024, 2048, "169.254.100.1"),
    Host("devhost2", "az1", 96, 384 * 1024, 4096, "169.254.100.2"),
    Host("devhost3", "az2", 64, 256 * 1024, 2048, "169.254.100.3"),
    Host("devhost4", "az2", 96, 384 * 1024, 4096, "169.254.100.4"),
)


def component(here: Installation) -> Component:
    """Three daemons per host, and what their configuration database says from the beginning."""
    return Component(
        name="chassis",
        services=tuple(service for host in HOSTS for service in _services(here, host)),
        folders=tuple(f"hosts/{host.name}" for host in HOSTS),
        prepare=tuple(
            Task(
                host.name,
                (
                    *("ovsdb-tool", "create", str(here.live / "hosts" / host.name / "conf.db")),
                    "/usr/share/openvswitch/vswitch.ovsschema",
                ),
                estimate=1,
            )
            for host in HOSTS
        ),
        migrate=tuple(Task(host.name, _bridges(here, host), estimate=1) for host in HOSTS),
    )


def switch_database(here: Installation, host: str) -> str:
    """Where `ovs-vsctl --db=` finds the host's switch."""
    return f"unix:{here.run}/{host}/db.sock"


def _services(here: Installation, host: Host) -> tuple[Service, ...]:
    folder = here.run / host.name
    places = {"OVS_RUNDIR": str(folder), "OVN_RUNDIR": str(folder)}
    inside = ("nsenter", f"--net={here.run}/netns/{host.name}")
    database = Service(
        name=f"{host.name}-ovsdb",
        command=(
            *("/usr/sbin/ovsdb-server", "--no-chdir", f"--remote=p{switch_database(here, host.name)}"),
            *(f"--unixctl={folder}/ovsdb-server.ctl", str(here.live / "hosts" / host.name / "conf.db")),
        ),
        ready=socket_open(folder / "db.sock"),
        foundation=True,
        estimate=1,
    )
    switch = Service(
        name=f"{host.name}-vswitchd",
        command=(
            *(*inside, "/bin/sh", str(here.lib / "vswitchd.sh"), host.underlay, str(folder)),
            *("--disable-system", "--no-chdir"),
            *(f"--unixctl={folder}/ovs-vswitchd.ctl", switch_database(here, host.name)),
        ),
        ready=control_answers(folder, "ovs-vswitchd.ctl", "dpif/show", "br-phy"),
        needs=(database.name,),
        environment=places,
        root=True,  # makes tap devices
        estimate=2,
    )
    controller = Service(
        name=f"{host.name}-ovn-controller",
        command=("/usr/bin/ovn-controller", "--no-chdir", switch_database(here, host.name)),
        ready=control_answers(folder, "ovn-controller.*.ctl", "connection-status", "connected"),
        needs=(switch.name, "ovn-sb"),
        environment=places,
        estimate=2,
    )
    return database, switch, controller


def _bridges(here: Installation, host: Host) -> tuple[str, ...]:
    facts = {
        "system-id": host.name,
        "hostname": host.name,  # Neutron binds a port only to a chassis named as Nova names the host
        "ovn-remote": address(here, "sb"),
        "ovn-encap-type": "geneve",
        "ovn-encap-ip": host.underlay,
        "ovn-bridge-datapath-type": "netdev",
        "ovn-bridge-mappings": f"{PHYSICAL_NETWORK}:br-phy",
        "ovn-cms-options": f"enable-chassis-as-gw,availability-zones={host.zone}",
        # see ovn.py: nobody needs to probe a Unix socket
        "ovn-remote-probe-interval": "0",
        "ovn-openflow-probe-interval": "0",
    }
    return (
        *("ovs-vsctl", f"--db={switch_database(here, host.name)}", "--no-wait", "init"),
        *("--", "set", "Open_vSwitch", ".", *(f'external_ids:{key}="{value}"' for key, value in facts.items())),
        *("--", "add-br", "br-phy", "--", "set", "Bridge", "br-phy", "datapath_type=netdev"),
        *("--", "add-port", "br-phy", "eth0"),
        *("--", "add-br", "br-int", "--", "set", "Bridge", "br-int", "datapath_type=netdev", "fail_mode=secure"),
    )
