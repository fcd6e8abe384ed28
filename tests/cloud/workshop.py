"""An operator's repository of its own, with an operator domain of its own, that leaves the cloud as it was."""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml

from govcloud.allocation.allocate import opaque
from tests.cloud.conftest import Cloud, Devcloud
from tests.cloud.samples import DEPARTMENT

EXAMPLES = Path(__file__).parents[2] / "examples" / "province"
# of the sample's baseline; each flow is a rule more to be made and deleted in every tenancy
SHORT = ("NTP", "堡垒机")
# of a zone's pool each workshop has a part, this many bits longer than the whole
PART = 5


@dataclass(frozen=True)
class Result:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The data of a JSON document."""
        return json.loads(self.out)["data"]


@dataclass(frozen=True)
class Workshop:
    """A place to run the real command line in: `domain` is the operator domain's name and id."""

    root: Path
    domain: str
    domain_id: str
    cloud: Cloud
    environment: dict[str, str]

    def run(self, *arguments: str, code: int | None = 0) -> Result:
        """Run `govcloud` here; fails unless it ends with `code` (None: whatever it is)."""
        command = [sys.executable, "-m", "govcloud", *arguments]
        done = subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=600, check=False
        )
        told = f"{' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, told
        assert code is None or done.returncode == code, f"ended with {done.returncode}, not {code}: {told}"
        return Result(done.returncode, done.stdout, done.stderr)

    def write(self, name: str, request: Mapping[str, Any], department: str = "dot") -> str:
        """Write a request of a department; returns its path inside the repository."""
        path = self.root / "departments" / department / f"{name}.yaml"
        path.write_text(yaml.safe_dump(dict(request), allow_unicode=True, sort_keys=False), "utf-8")
        return str(path.relative_to(self.root))

    def tenancy(self, path: str) -> str:
        """The id of the tenancy a request stands for; the command line, which takes a second, is asked only where the
        records are in no file.
        """
        if self.records.exists():
            # closed at once, by one who may write: then nothing lies beside it that a test would find
            with closing(sqlite3.connect(self.records)) as store:
                known = dict(store.execute("SELECT path, id FROM tenancies WHERE state != 'ended'"))
        else:
            known = {row["path"]: row["tenancy"] for row in self.run("list", "--for", "operator", "-o", "json").data}
        return str(known[path])

    @property
    def records(self) -> Path:
        """The store of the commands that run here, where it is a file."""
        return Path(self.environment["XDG_STATE_HOME"]) / "govcloud" / "store.sqlite"

    def project(self, tenancy: str) -> str:
        """The id of a tenancy's iaas project."""
        found = self.cloud.identity.find_project(f"{tenancy}-iaas", domain_id=self.domain_id, ignore_missing=False)
        return str(found.id)

    @contextmanager
    def squatted(self) -> Iterator[None]:
        """The name that the department's domain gets is somebody's already: an apply fails after the engine began."""
        name = opaque("d", self.domain, DEPARTMENT)
        squatter = self.cloud.identity.create_domain(name=name, is_enabled=False)
        yield
        self.cloud.identity.delete_domain(squatter)

    def edit(self, path: str, **changes: Any) -> None:
        """Change top-level keys of a YAML file; a value of None removes the key."""
        file = self.root / path
        content = {**yaml.safe_load(file.read_text("utf-8")), **changes}
        kept = {key: value for key, value in content.items() if value is not None}
        file.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), "utf-8")


def open_workshop(
    devcloud: Devcloud, operator: Cloud, root: Path, clouds: Path | None = None, *, whole: bool = False
) -> Iterator[Workshop]:
    """A workshop; in the end everything it made is destroyed by our own command, and the domain with it.

    `clouds` is the clouds.yaml its commands use, where it is not the devcloud's. Baseline and pools are the sample's
    `whole` ones only where that is looked at: workshops know nothing of each other's saved plans, and one beside it
    would take the addresses that it has promised.
    """
    shutil.copytree(EXAMPLES, root / "province", ignore=shutil.ignore_patterns("*.test.yaml", "*.production.yaml"))
    name = f"test-{secrets.token_hex(4)}"
    domain = operator.identity.create_domain(name=name)
    site = root / "province" / "sites" / "main.yaml"
    site.write_text(site.read_text("utf-8").replace("operator_domain: tenancies", f"operator_domain: {name}"), "utf-8")
    environment = {
        **{key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ},
        **{key: value for key, value in os.environ.items() if key.startswith("XDG_")},
        "LANG": "en_US.UTF-8",
        "XDG_STATE_HOME": str(root / "state"),
        "OS_CLIENT_CONFIG_FILE": str(clouds or devcloud.variables["OS_CLIENT_CONFIG_FILE"]),
    }
    shop = Workshop(root / "province", name, domain.id, operator, environment)
    if not whole:
        province = yaml.safe_load((shop.root / "province.yaml").read_text("utf-8"))
        for zone in province["zones"].values():
            zone["pool"] = [str(random.choice(list(IPv4Network(one).subnets(PART))[1:-1])) for one in zone["pool"]]
        baseline = [flow for flow in province["baseline"] if flow["reason"] in SHORT]
        shop.edit("province.yaml", zones=province["zones"], baseline=baseline)
    try:
        yield shop
    finally:
        for row in shop.run("list", "--for", "operator", "-o", "json").data:
            if row["state"] == "reserved":
                shop.run("release", row["tenancy"], "--yes", code=None)
                continue
            # a test that failed may have left it so
            for state, cut in (("held", "hold"), ("isolated", "isolation")):
                if state in row["states"]:
                    shop.run("release", row["tenancy"], "--only", cut, code=None)
            shop.run("destroy", row["tenancy"], "--yes")
        operator.identity.update_domain(domain, is_enabled=False)
        operator.identity.delete_domain(domain)


@pytest.fixture(scope="module")
def workshop(devcloud: Devcloud, operator: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """One workshop for the tests of a file."""
    yield from open_workshop(devcloud, operator, tmp_path_factory.mktemp("workshop"))
