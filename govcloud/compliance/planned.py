"""The resources of a plan, as rules see them: everything is known, for it comes from the spec."""

from __future__ import annotations

from collections.abc import Mapping

from govcloud.compliance import model
from govcloud.spec import symbols
from govcloud.spec.flows import RuleSpec, opened
from govcloud.spec.groups import BASELINE
from govcloud.spec.iaas import IaasSpec
from govcloud.spec.site import Ground


def planned(ground: Ground, iaas: IaasSpec) -> model.Resources:
    """The resources of an iaas spec; projects go by their symbols."""
    project = symbols.project("iaas")
    zones = {network.key: network.zone for network in iaas.networks}
    ports = {port.machine: port for port in iaas.ports}
    asked = _asked(ground)
    return model.Resources(
        projects=(project,),
        region=ground.facts.region,
        networks=tuple(
            model.Network(
                name=n.key,
                project=project,
                zone=n.zone,
                shared=n.shared,
                port_security=n.port_security,
                cidrs=(n.cidr,),
            )
            for n in iaas.networks
        ),
        routers=tuple(
            model.Router(
                name=router.zone,
                project=project,
                external=router.zone,
                interfaces=tuple(model.Interface(subnet=key, project=project) for key in router.networks),
            )
            for router in iaas.routers
        ),
        groups=tuple(
            model.SecurityGroup(
                name=group.key,
                project=project,
                rules=tuple(_rule(rule, asked.get((group.key, rule), ())) for rule in group.rules),
            )
            for group in iaas.groups
        ),
        ports=tuple(
            model.Port(
                name=port.machine,
                network=port.network,
                project=project,
                groups=port.groups,
                port_security=port.port_security,
                server=port.machine,
            )
            for port in iaas.ports
        ),
        rbac=tuple(
            model.Rbac(
                name=router.zone,
                object_type="network",
                object=router.external_network,
                target=project,
                approved=True,
            )
            for router in iaas.routers
        ),
        floating_ips=tuple(
            model.FloatingIp(name=ip.machine, port=ip.machine, zone=zones[ports[ip.machine].network])
            for ip in iaas.floating_ips
        ),
        volumes=tuple(
            model.Volume(
                name=volume.key,
                grade=volume.grade,
                encrypted=_encrypted(ground, f"{volume.machine.rpartition('-')[0]}/{volume.key.partition('/')[2]}"),
            )
            for volume in iaas.volumes
        ),
    )


def _encrypted(ground: Ground, name: str) -> bool:
    """Was it given to be encrypted, and does Cinder encrypt what is of its type?

    It keeps the type it was given, whatever the operator's file calls the encrypted one by now.
    """
    disk = ground.allocation.volumes[name]
    return disk.encrypted and disk.type in ground.facts.encrypting


def _asked(ground: Ground) -> Mapping[tuple[str, RuleSpec], tuple[str, ...]]:
    """The flows that ask for a rule of a server's group, or of the baseline's."""
    asked: dict[tuple[str, RuleSpec], dict[str, None]] = {}
    for one in opened(ground):
        asked.setdefault((one.server or BASELINE, one.rule), {})[one.flow] = None
    return {place: tuple(flows) for place, flows in asked.items()}


def _rule(rule: RuleSpec, flows: tuple[str, ...]) -> model.SecurityRule:
    return model.SecurityRule(
        name=rule.key,
        direction=rule.direction,
        protocol=rule.protocol,
        first=rule.first,
        last=rule.last,
        prefixes=(rule.prefix,) if rule.prefix else (),
        group=rule.group,
        flows=flows,
    )
