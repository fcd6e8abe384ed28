"""What is measured, and where: one request in an operator's repository of its own, with an operator domain of its own.

Every contender builds what this request asks for, under the same names, one after the other.
"""

from __future__ import annotations

import copy
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from openstack.identity.v3._proxy import Proxy as Identity

from bench.recorder import SERVICES, Recorder, recording
from bench.standing import sweep
from govcloud import devcloud
from govcloud.cloud.connect import Cloud
from govcloud.plan.context import Context, open_context
from govcloud.plan.draft import Draft, draft

EXAMPLES: Final = Path(__file__).parents[1] / "examples" / "province"
CLOUD: Final = "devcloud"
# two zones, a machine that the internet reaches and `app` behind it, each with a volume; traffic from the internet,
# inside, and through the exchange
REQUEST: Final[Any] = {
    "apiVersion": "govcloud/v1alpha1",
    "kind": "TenancyRequest",
    "department": "113300000029384738",
    "environment": "test",
    "until": "2028-12-31",
    "system": {"name": "轮渡票务系统", "purpose": "量速度", "mlps": 2, "classified": False},
    "data": "general",
    "iaas": {
        "networks": {"front": {"zone": "internet", "hosts": 10}, "app": {"zone": "common", "hosts": 40}},
        "servers": {
            "web": {
                "cpu": 2,
                "memory": "4GiB",
                "os": "openeuler-24.03",
                "network": "front",
                "volumes": {"logs": "10GiB"},
            },
            "app": {
                "cpu": 2,
                "memory": "4GiB",
                "os": "openeuler-24.03",
                "network": "app",
                "volumes": {"files": "20GiB"},
            },
        },
    },
    "flows": [
        {"from": "zone/internet", "to": "web", "ports": ["443/tcp"], "reason": "公众访问"},
        {"from": "web", "to": "app", "ports": ["8443/tcp"], "via": "exchange", "reason": "交换"},
        {"from": "app", "to": "app", "ports": ["7800/tcp"], "reason": "集群"},
    ],
}


@dataclass(frozen=True)
class Ground:
    """The operator's repository, its request, and the recorder between everybody and the cloud."""

    root: Path
    request: Path
    recorder: Recorder

    @property
    def context(self) -> Context:
        """What a plan works with; opened anew each time, as by a command."""
        return open_context(self.root)

    def draft(self) -> Draft:
        """What the request stands for now."""
        return draft(self.context, self.request)


@contextmanager
def ground(folder: Path, machines: int) -> Iterator[Ground]:
    """A place to measure a tenancy of so many machines in, on the devcloud that is up.

    Its domain goes with it, and what a killed bench left.

    From here on this process and its children have a state of their own, and see the cloud through the recorder.
    """
    here = devcloud.installation()
    services = {name: here.port(name) for name in SERVICES}
    with recording(services, folder / "calls.log") as recorder:
        clouds = folder / "clouds.yaml"
        told = here.clouds_file.read_text("utf-8")
        clouds.write_text(told.replace(f":{services['keystone']}/", f":{recorder.ports['keystone']}/"), "utf-8")
        clouds.chmod(0o600)
        os.environ |= {"XDG_STATE_HOME": str(folder / "state"), "OS_CLIENT_CONFIG_FILE": str(clouds)}
        for name in [name for name in os.environ if name.startswith(("GOVCLOUD_", "PULUMI_", "TF_VAR_"))]:
            del os.environ[name]
        identity = Cloud(CLOUD).identity
        for left in [domain for domain in identity.domains() if _is_left(domain.name)]:
            sweep(_place(folder / left.name, left.name, machines, recorder).draft().where)
            _remove(identity, left.id)
        domain = identity.create_domain(name=f"bench-{os.getpid()}-{secrets.token_hex(4)}")
        try:
            yield _place(folder / "province", domain.name, machines, recorder)
        finally:
            _remove(identity, domain.id)


def _is_left(name: str) -> bool:
    """Is it the domain of a bench that was killed?"""
    found = re.fullmatch(r"bench-(\d+)-[0-9a-f]{8}", name)
    return found is not None and not Path("/proc", found[1]).exists()


def _remove(identity: Identity, domain: str) -> None:
    identity.update_domain(domain, is_enabled=False)
    identity.delete_domain(domain)


def _place(root: Path, domain: str, machines: int, recorder: Recorder) -> Ground:
    """An operator's repository for an operator domain, with the request."""
    shutil.copytree(EXAMPLES, root, ignore=shutil.ignore_patterns("*.test.yaml", "*.production.yaml"))
    site = root / "sites/main.yaml"
    told = site.read_text("utf-8")
    site.write_text(told.replace("operator_domain: tenancies", f"operator_domain: {domain}"), "utf-8")
    request = root / "departments/dot/ferry.test.yaml"
    asked = copy.deepcopy(REQUEST)
    asked["iaas"]["servers"]["app"]["count"] = machines - 1
    request.write_text(yaml.safe_dump(asked, allow_unicode=True, sort_keys=False), "utf-8")
    return Ground(root, request, recorder)
