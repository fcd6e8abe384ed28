"""Servers, volumes and packets: the hosts are fake, what surrounds them is not."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from govcloud import devcloud as room
from tests.cloud.conftest import Cloud, Devcloud, new_project, until


def _say(command: list[str]) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def _wait_for_port(operator: Cloud, port: str) -> None:
    until(lambda: operator.network.get_port(port).status == "ACTIVE")


@dataclass(frozen=True)
class Pair:
    """Two servers of one network, in different zones."""

    project: Cloud
    servers: tuple[Cloud, Cloud]

    def port(self, operator: Cloud, server: Cloud) -> tuple[str, str, str]:
        """The only port of a server: id, host and address."""
        (port,) = operator.network.ports(device_id=server.id)
        return port.id, port.binding_host_id, port.fixed_ips[0]["ip_address"]


@pytest.fixture(scope="module")
def pair(devcloud: Devcloud, operator: Cloud) -> Iterator[Pair]:
    with new_project(devcloud, operator) as project:
        yield from _pair(operator, project)


def _pair(operator: Cloud, project: Cloud) -> Iterator[Pair]:
    who = project.current_project_id
    operator.compute.update_quota_set(who, instances=2, cores=4, ram=8192)
    operator.network.update_quota(who, networks=1, subnets=1, ports=4, security_groups=2, security_group_rules=4)
    sizes = {"volumes": 2, "gigabytes": 20, "volumes_plain": 1, "gigabytes_plain": 10}
    operator.block_storage.update_quota_set(who, **sizes, volumes_encrypted=1, gigabytes_encrypted=10)
    network = project.network.create_network(name="pair")
    project.network.create_subnet(network_id=network.id, ip_version=4, cidr="10.213.0.0/24")
    group = project.network.create_security_group(name="ping")
    for direction in ("ingress", "egress"):
        project.network.create_security_group_rule(
            security_group_id=group.id, direction=direction, protocol="icmp", ether_type="IPv4"
        )
    images = {image.properties["hw_architecture"]: image.id for image in project.image.images()}
    servers = [
        project.compute.create_server(
            name=zone,
            image_id=images[architecture],
            flavor_id=project.compute.find_flavor("g1.small", ignore_missing=False).id,
            networks=[{"uuid": network.id}],
            security_groups=[{"name": group.id}],
            availability_zone=zone,
        )
        for zone, architecture in (("az1", "aarch64"), ("az2", "x86_64"))
    ]
    first, second = (project.compute.wait_for_server(server, interval=1, wait=180) for server in servers)
    yield Pair(project, (first, second))
    for server in servers:
        project.compute.delete_server(server)
    for server in servers:
        project.compute.wait_for_delete(server, interval=1, wait=180)
    for volume in project.block_storage.volumes():
        project.block_storage.wait_for_status(volume, "available", interval=1, wait=60)
        project.block_storage.delete_volume(volume)
    until(lambda: not list(project.block_storage.volumes()))
    project.network.delete_network(network)
    project.network.delete_security_group(group)


def test_ports_are_bound_to_the_zone_s_hosts_and_active(operator: Cloud, pair: Pair) -> None:
    for server, hosts in zip(pair.servers, ({"devhost1", "devhost2"}, {"devhost3", "devhost4"}), strict=True):
        (port,) = operator.network.ports(device_id=server.id)
        assert port.binding_host_id in hosts
        assert port.binding_vif_type == "ovs"
        _wait_for_port(operator, port.id)


@pytest.mark.parametrize("kind", ["plain", "encrypted"])
def test_volumes_are_attached(operator: Cloud, pair: Pair, kind: str) -> None:
    storage, server = pair.project.block_storage, pair.servers[0]
    volume = storage.create_volume(size=10, volume_type=kind, name=kind)
    storage.wait_for_status(volume, "available", interval=1, wait=60)
    pair.project.compute.create_volume_attachment(server.id, volume_id=volume.id)
    volume = storage.wait_for_status(storage.get_volume(volume.id), "in-use", interval=1, wait=60)
    assert volume.is_encrypted == (kind == "encrypted")
    pool = operator.block_storage.get_volume(volume.id).host

    def counted() -> bool:
        caps = {p.name: p.capabilities for p in operator.block_storage.backend_pools()}[pool]
        return float(caps["total_capacity_gb"]) - float(caps["free_capacity_gb"]) >= 10

    until(counted)


def test_ovn_traces_the_flow(devcloud: Devcloud, operator: Cloud, pair: Pair) -> None:
    (one, _, source), (two, _, target) = (pair.port(operator, server) for server in pair.servers)
    macs = {port: operator.network.get_port(port).mac_address for port in (one, two)}
    flow = f'inport=="{one}" && eth.src=={macs[one]} && eth.dst=={macs[two]} && ip4.src=={source} && ip4.dst=={target}'
    network = operator.network.get_port(one).network_id

    def outcome(rest: str) -> str:
        command = [
            "ovn-trace",
            "--minimal",
            "--no-friendly-names",
            f"neutron-{network}",
            f"{flow} && ip.ttl==64 && {rest}",
        ]
        return subprocess.run(
            command, env={"PATH": "/usr/bin:/bin", **devcloud.variables}, check=True, capture_output=True, text=True
        ).stdout

    until(lambda: f'output("{two}")' in outcome("icmp4.type==8"))
    assert "output(" not in outcome("tcp && tcp.dst==22")


def test_packets_cross_between_hosts(devcloud: Devcloud, operator: Cloud, pair: Pair) -> None:
    ends = [pair.port(operator, server) for server in pair.servers]
    for port, host, address in ends:
        _wait_for_port(operator, port)
        device = f"tap{port[:11]}"
        within = room.inside(devcloud.here, host)
        for command in (
            ("ip", "address", "replace", f"{address}/24", "dev", device),
            ("ip", "link", "set", device, "mtu", "1442", "up"),
        ):
            subprocess.run([*within, *command], check=True)
    (_, host, source), (_, other, target) = ends
    assert host != other
    ping = ["ping", "-c", "3", "-W", "2", "-I", source]
    within = room.inside(devcloud.here, host)
    # 1414 octets and the headers fill a Geneve packet of 1500 exactly; the first packets may be lost while the
    # switches learn each other's addresses
    until(lambda: " 0% packet loss" in _say([*within, *ping, "-M", "do", "-s", "1414", target]))
    # the twin: what no rule allows does not pass
    rule = next(r for r in pair.project.network.security_group_rules(direction="ingress", protocol="icmp"))
    pair.project.network.delete_security_group_rule(rule)
    until(lambda: " 100% packet loss" in _say([*within, *ping, target]))
