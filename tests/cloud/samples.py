"""Requests for tests: random where nothing depends on it, so that nothing can depend on it."""

from __future__ import annotations

import random
from typing import Any

DEPARTMENT = "113300000029384738"
_LETTERS = "abcdefghijkmnpqrstuvwxyz"
# somewhere in each zone that no tenancy is given in tests: pools are filled from their start
_ELSEWHERE = {"internet": "198.18.200.0/24", "common": "100.64.9.0/24", "dedicated": "100.71.200.0/24"}


def smallest(name: str = "轮渡考勤系统", **more: Any) -> dict[str, Any]:
    """The smallest request: one machine in the common zone."""
    return {
        "apiVersion": "govcloud/v1alpha1",
        "kind": "TenancyRequest",
        "department": DEPARTMENT,
        "environment": "test",
        "until": "2028-12-31",
        "system": {"name": name, "purpose": "测试", "mlps": 2, "classified": False},
        "data": "general",
        "iaas": {"servers": {"web": {"cpu": 2, "memory": "4GiB", "os": "openeuler-24.03"}}},
        **more,
    }


def random_request(seed: int) -> dict[str, Any]:
    """A request with random names, counts, zones, volumes and flows; the same for the same seed."""
    dice = random.Random(seed)
    zones = dice.sample(["internet", "common", "dedicated"], k=2)
    networks: dict[str, Any] = {_word(dice): {"zone": zone, "hosts": dice.randint(4, 40)} for zone in zones}
    first, second = networks
    servers = {}
    for network in networks:
        size = dice.choice([(2, "4GiB"), (4, "8GiB")])
        servers[_word(dice)] = {
            "count": dice.randint(1, 3),
            "cpu": size[0],
            "memory": size[1],
            "os": dice.choice(["openeuler-24.03", "kylin-v10"]),
            "network": network,
            "volumes": {_word(dice): f"{dice.randint(1, 40)}GiB" for _ in range(dice.randint(0, 2))},
        }
    one, two = servers
    port = dice.randint(1024, 9000)
    flows = [{"from": one, "to": one, "ports": [f"{port}-{port + 3}/tcp", "icmp"], "reason": "集群"}]
    place = _ELSEWHERE[networks[second]["zone"]]
    flows.append({"from": two, "to": f"cidr/{place}", "ports": [f"{port}/udp"], "reason": "上报"})
    if networks[first]["zone"] == "internet" or networks[second]["zone"] == "internet":
        facing = one if networks[first]["zone"] == "internet" else two
        flows.append({"from": "zone/internet", "to": facing, "ports": ["443/tcp"], "reason": "公众访问"})
    if "dedicated" not in zones:
        flows.append({"from": one, "to": two, "ports": ["8443/tcp"], "via": "exchange", "reason": "交换"})
    grade = dice.choice(["general", "important"])
    if not any(server["volumes"] for server in servers.values()):
        grade = "general"  # what machines boot from holds nothing that must be encrypted
    request = smallest(f"随机系统{dice.randint(1000, 9999)}")
    request["system"]["mlps"] = 3 if grade == "important" else 2
    return {
        **request,
        "data": {"records": {"grade": grade, "personal": dice.choice(["none", "general"])}},
        "backup": {"policy": "daily-30d", "offsite": True},
        "iaas": {"networks": networks, "servers": servers, "growth": f"{dice.randint(0, 30)}%"},
        "flows": flows,
    }


def _word(dice: random.Random) -> str:
    return "".join(dice.choice(_LETTERS) for _ in range(dice.randint(3, 8)))
