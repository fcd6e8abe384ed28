"""Fill a new cloud: `seed.py identity|cloud FACTS.json CLOUD.yaml`.

Runs under the services' own Python, once, against empty services; says on stdout what it makes. It speaks to
the APIs as they are documented, through keystoneauth only, so that one line here is one request.
"""
# mypy: ignore-errors
# (runs under the services' own Python; keystoneauth is not typed)

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path

import yaml
from keystoneauth1 import session
from keystoneauth1.adapter import Adapter
from keystoneauth1.identity import v3

MICROVERSIONS = {"compute": "2.90", "placement": "1.39", "block-storage": "3.70"}


class Cloud:
    """Requests as the bootstrap administrator; `scope` is a project or the system."""

    def __init__(self, facts):
        self.facts = facts
        login = {
            "auth_url": facts["identity"],
            "username": "admin",
            "user_domain_id": "default",
            "password": facts["admin_password"],
        }
        self._sessions = {
            "project": session.Session(v3.Password(**login, project_name="admin", project_domain_id="default")),
            "system": session.Session(v3.Password(**login, system_scope="all")),
        }

    def send(self, method, service, path, body=None, *, scope="project", **options):
        """The answer's JSON, if it has one; an error status ends the seed with the service's words."""
        version = MICROVERSIONS.get(service)
        adapter = Adapter(
            self._sessions[scope],
            service_type=service,
            interface="public",
            # Keystone has no catalogue before this seed has written one
            endpoint_override=self.facts["identity"] if service == "identity" else None,
            region_name=self.facts["region"],
            default_microversion=version if service != "placement" else f"placement {version}",
        )
        if body is not None:
            options["json"] = body
        answer = adapter.request(path, method, raise_exc=False, **options)
        if not answer.ok:
            # Neutron's reason stands in a form that keystoneauth does not read
            raise SystemExit(f"{method} {service} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content and "json" in answer.headers.get("Content-Type", "") else None

    def get(self, service, path, **options):
        """GET."""
        return self.send("GET", service, path, **options)

    def post(self, service, path, body=None, **options):
        """POST."""
        return self.send("POST", service, path, body, **options)


def identity(cloud, plan):
    """Service users, the catalogue, the operator and its domain."""
    roles = {role["name"]: role["id"] for role in cloud.get("identity", "/roles")["roles"]}
    service = cloud.post("identity", "/projects", {"project": {"name": "service", "domain_id": "default"}})["project"]
    for name, password in cloud.facts["users"].items():
        user = _user(cloud, name, password, service["id"])
        for role in ("admin", "service"):
            _grant(cloud, service["id"], user, roles[role])
    region = cloud.facts["region"]
    bootstrap = {s["name"]: s["id"] for s in cloud.get("identity", "/services")["services"]}
    for endpoint in cloud.facts["endpoints"]:
        wanted = {"name": endpoint["name"], "type": endpoint["type"]}
        there = bootstrap.get(endpoint["name"])
        of = there or cloud.post("identity", "/services", {"service": wanted})["service"]["id"]
        for interface in ("public", "internal", "admin"):
            line = {
                "service_id": of,
                "interface": interface,
                "url": endpoint["url"],
                "region_id": region,
            }
            cloud.post("identity", "/endpoints", {"endpoint": line})
    operator = plan["operator"]
    project = {"name": operator["project"], "domain_id": "default", "description": "the operator's own"}
    project = cloud.post("identity", "/projects", {"project": project})["project"]
    user = _user(cloud, operator["user"], cloud.facts["operator_password"], project["id"])
    _grant(cloud, project["id"], user, roles["admin"])
    domain = {"name": operator["domain"], "description": "projects of all tenancies"}
    cloud.post("identity", "/domains", {"domain": domain})


def _user(cloud, name, password, project):
    user = {"name": name, "password": password, "domain_id": "default", "default_project_id": project}
    return cloud.post("identity", "/users", {"user": user})["user"]["id"]


def _grant(cloud, project, user, role):
    cloud.send("PUT", "identity", f"/projects/{project}/users/{user}/roles/{role}")


def compute(cloud, plan):
    """Availability zones and flavours."""
    for aggregate in plan["aggregates"]:
        wanted = {"name": aggregate["name"], "availability_zone": aggregate["name"]}
        made = cloud.post("compute", "/os-aggregates", {"aggregate": wanted})["aggregate"]
        action = f"/os-aggregates/{made['id']}/action"
        cloud.post("compute", action, {"set_metadata": {"metadata": aggregate["metadata"]}})
        for host in aggregate["hosts"]:
            cloud.post("compute", action, {"add_host": {"host": host}})
    for flavor in plan["flavors"]:
        cloud.post("compute", "/flavors", {"flavor": {**flavor, "id": flavor["name"]}})


def images(cloud, plan):
    """Images with a few real bytes, each its own."""
    for image in plan["images"]:
        wanted = {
            "name": image["name"],
            "disk_format": "raw",
            "container_format": "bare",
            "visibility": "public",
            "min_disk": 10,
            "min_ram": 1024,
            **image["properties"],
        }
        made = cloud.post("image", "/v2/images", wanted)
        line = hashlib.sha256(image["name"].encode()).digest()
        data = (image["name"].encode() + b"\n").ljust(512, b"\0") + line * (image["size"] * 32 - 16)
        kind = {"Content-Type": "application/octet-stream"}
        cloud.send("PUT", "image", f"/v2/images/{made['id']}/file", data=data, headers=kind)
        protect = [{"op": "replace", "path": "/protected", "value": True}]
        kind = {"Content-Type": "application/openstack-images-v2.1-json-patch"}
        cloud.send("PATCH", "image", f"/v2/images/{made['id']}", data=json.dumps(protect), headers=kind)


def volumes(cloud, plan):
    """Volume types; Cinder's own default type goes, and nobody may have a volume of any type unasked."""
    zero = {}
    for kind in plan["volume_types"]:
        wanted = {"name": kind["name"], "description": kind["description"], "os-volume-type-access:is_public": True}
        made = cloud.post("block-storage", "/types", {"volume_type": wanted})["volume_type"]
        if "encryption" in kind:
            cloud.post("block-storage", f"/types/{made['id']}/encryption", {"encryption": kind["encryption"]})
        # a type that no quota names would be unlimited
        zero |= {f"{what}_{kind['name']}": 0 for what in ("volumes", "gigabytes", "snapshots")}
    for kind in cloud.get("block-storage", "/types")["volume_types"]:
        if kind["name"] == "__DEFAULT__":
            cloud.send("DELETE", "block-storage", f"/types/{kind['id']}")
    cloud.send("PUT", "block-storage", "/os-quota-class-sets/default", {"quota_class_set": zero})


def networks(cloud, plan):
    """The zones' external networks, seen by nobody else, and an empty template for default groups."""
    operator = plan["operator"]["project"]
    project = cloud.get("identity", f"/projects?name={operator}")["projects"][0]["id"]
    cloud.send("PUT", "network", f"/v2.0/quotas/{project}", {"quota": plan["operator_quotas"]})
    for network in plan["external_networks"]:
        wanted = {
            "name": network["name"],
            "project_id": project,
            "router:external": True,
            "provider:network_type": "vlan",
            "provider:physical_network": "provider",
            "provider:segmentation_id": network["vlan"],
        }
        made = cloud.post("network", "/v2.0/networks", {"network": wanted})["network"]
        first, last = network["pool"]
        subnet = {
            "name": network["name"],
            "project_id": project,
            "network_id": made["id"],
            "ip_version": 4,
            "cidr": network["cidr"],
            "gateway_ip": network["gateway"],
            "allocation_pools": [{"start": first, "end": last}],
            "enable_dhcp": False,
        }
        cloud.post("network", "/v2.0/subnets", {"subnet": subnet})
        # a network that is offered to nobody stops being external
        offer = {
            "object_type": "network",
            "object_id": made["id"],
            "action": "access_as_external",
            "target_tenant": project,
            "project_id": project,
        }
        cloud.post("network", "/v2.0/rbac-policies", {"rbac_policy": offer})
    # Neutron offers every external network to every project by a rule of its own
    for rule in cloud.get("network", "/v2.0/rbac-policies?action=access_as_external&target_tenant=*")["rbac_policies"]:
        cloud.send("DELETE", "network", f"/v2.0/rbac-policies/{rule['id']}")
    path = "/v2.0/default-security-group-rules"
    for rule in cloud.get("network", path)["default_security_group_rules"]:
        cloud.send("DELETE", "network", f"{path}/{rule['id']}")


STAGES = {"identity": (identity,), "cloud": (compute, images, volumes, networks)}


def main(stage, facts_file, plan_file):
    """Run the parts of a stage, one after the other."""
    facts = json.loads(Path(facts_file).read_text("utf-8"))
    plan = yaml.safe_load(Path(plan_file).read_text("utf-8"))
    cloud = Cloud(facts)
    for part in STAGES[stage]:
        begun = time.monotonic()
        part(cloud, plan)
        print(f"{part.__name__}: {time.monotonic() - begun:.1f} s", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
