"""The cloud as a stranger sees it: the plain `openstack` client, and what a request's YAML says must be there.

Nothing here imports govcloud: it is an independent reading of design and request.
"""

from __future__ import annotations

import ipaddress
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

# what to list, and which columns tell one thing from another
LISTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "domain": (("domain", "list"), ("Name",)),
    "project": (("project", "list", "--long"), ("Name",)),
    "group": (("group", "list"), ("Name",)),
    "assignment": (("role", "assignment", "list", "--names"), ("Role", "User", "Group", "Project", "Domain")),
    "network": (("network", "list"), ("Name",)),
    "subnet": (("subnet", "list"), ("Name", "Subnet")),
    "router": (("router", "list"), ("Name",)),
    "port": (("port", "list"), ("Name",)),
    "security-group": (("security", "group", "list"), ("Name",)),
    "floating-ip": (("floating", "ip", "list"), ("Floating IP Address",)),
    "share": (("network", "rbac", "list"), ("ID",)),
    "server": (("server", "list", "--all-projects"), ("Name", "Status")),
    "server-group": (("server", "group", "list", "--all-projects"), ("Name",)),
    "volume": (("volume", "list", "--all-projects"), ("Name", "Status", "Size")),
}


def view(clouds: str) -> dict[str, Counter[tuple[str, ...]]]:
    """Every list of the `openstack` client, as counts of rows."""
    client = Path(sys.executable).parent / "openstack"
    environment = {
        "PATH": os.environ["PATH"],
        "OS_CLIENT_CONFIG_FILE": clouds,
        "OS_CLOUD": "devcloud",
        "HOME": "/nonexistent",
    }
    # one process for all lists: the client takes more than a second to start
    script = "\n".join(" ".join([*words, "-f", "json"]) for words, _ in LISTS.values())
    done = subprocess.run(
        [str(client)], input=script, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    answers = _documents(done.stdout)
    # its exit code is 1 at the end of any input; what went wrong it says on stderr
    assert len(answers) == len(LISTS), f"{len(answers)} answers to {len(LISTS)} lists: {done.stderr}"
    found = {}
    for (kind, (_, columns)), rows in zip(LISTS.items(), answers, strict=True):
        found[kind] = Counter(tuple(str(row[column]) for column in columns) for row in rows)
    return found


def _documents(text: str) -> list[Any]:
    """The JSON documents in what the client printed, prompts left out."""
    decoder, found, at = json.JSONDecoder(), [], text.find("[")
    while at >= 0:
        document, end = decoder.raw_decode(text, at)
        found.append(document)
        at = text.find("[", end)
    return found


def difference(before: dict[str, Counter[Any]], after: dict[str, Counter[Any]]) -> dict[str, Counter[Any]]:
    """What is there now and was not before; nothing may have gone."""
    for kind, rows in before.items():
        gone = rows - after[kind]
        assert not gone, f"{kind} went: {gone}"
    return {kind: after[kind] - before[kind] for kind in before if after[kind] - before[kind]}


def expected(request_file: Path, tenancy: str, domain: str) -> dict[str, Counter[Any]]:
    """What must have come into being for a request, from its YAML alone; addresses and ids are not known here."""
    request: Mapping[str, Any] = yaml.safe_load(request_file.read_text("utf-8"))
    networks, servers = request["iaas"]["networks"], request["iaas"]["servers"]
    machines = [(key, f"{key}-{i}") for key, s in servers.items() for i in range(1, s.get("count", 1) + 1)]
    zones = sorted({network["zone"] for network in networks.values()})
    facing = {f["to"] for f in request["flows"] if f["from"] == "zone/internet"}
    named = f"{tenancy}-{{}}".format
    operator, default = "govcloud-operator@Default", ""
    return {
        "domain": Counter({(domain,): 1}),
        "project": Counter({(named("iaas"),): 1}),
        "group": Counter({("managers",): 1, (named("readers"),): 1}),
        "assignment": Counter(
            {
                ("manager", default, f"managers@{domain}", default, domain): 1,
                ("member", operator, default, f"{named('iaas')}@{{operator}}", default): 1,
                ("reader", default, f"{named('readers')}@{domain}", f"{named('iaas')}@{{operator}}", default): 1,
            }
        ),
        "network": Counter((named(key),) for key in networks),
        "subnet": Counter(named(key) for key in networks),
        "router": Counter((named(zone),) for zone in zones),
        # a machine's own port; a router's leg in each network and its gateway; a port behind each public address
        "port": Counter((named(name),) for _, name in machines)
        + Counter({("",): len(networks) + len(zones) + sum(1 for key, _ in machines if key in facing)}),
        "security-group": Counter((named(f"server-{key}"),) for key in servers) + Counter({(named("baseline"),): 1}),
        "floating-ip": Counter({"addresses": sum(1 for key, _ in machines if key in facing)}),
        "share": Counter({"shares": len(zones)}),
        "server": Counter((named(name), "ACTIVE") for _, name in machines),
        "server-group": Counter((named(key),) for key in servers),
        "volume": Counter(
            (named(f"{name}-{volume}"), "in-use", size.removesuffix("GiB"))
            for key, name in machines
            for volume, size in servers[key].get("volumes", {}).items()
        ),
    }


def room(cidr: str) -> int:
    """How many machines fit into a range, by design: network, broadcast, gateway and two automatic ones taken."""
    return ipaddress.ip_network(cidr).num_addresses - 5
