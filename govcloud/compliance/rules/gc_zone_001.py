"""GC-ZONE-001: every network lies in a zone of the province."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import Subject, known
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok


def _request(subject: Subject) -> Iterator[Answer]:
    for key, network in subject.declaration.networks.items():
        on = f"iaas.networks.{key}.zone"
        zones = known(subject.declaration.zones, "province.yaml: zones")
        site = known(subject.declaration.site, "sites/*.yaml")
        if network.zone not in zones:
            yield fail(on, "unknown", zone=network.zone)
        elif network.zone not in site.zones:
            yield fail(on, "elsewhere", zone=network.zone, site=site.name)
        else:
            yield ok(on)


RULE = Rule(
    id="GC-ZONE-001",
    framework="GW0013-2017",
    clause="",
    clause_certainty="unsure",
    obligation="应",
    mapping="direct",
    severity="high",
    title=Words("每个网络都在已有的网络分区内", "every network lies in a zone there is"),
    remedy=Words(
        "zone 写 internet（互联网接入区）、common（公用网络区）或 dedicated（专用网络区）",
        "write internet, common or dedicated as zone",
    ),
    reasons={
        "unknown": Words("本省没有网络分区 {zone}", "the province has no zone {zone}"),
        "elsewhere": Words("资源池 {site} 没有网络分区 {zone}", "the site {site} has no zone {zone}"),
    },
    request=_request,
)
