"""Where chaos happens: a workshop whose every request goes through a proxy of its own, and what is on its machine."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

from tests.cloud.chaos.catalogue import Detour, detour
from tests.cloud.conftest import Cloud, Devcloud
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, open_workshop

# the names of a command's processes in the kernel, which keeps 15 letters
COMMAND: Final = ("python", "python3", "python3.11", "govcloud")
ENGINE: Final = ("pulumi",)
PROVIDER: Final = ("pulumi-resource",)
# seconds that one request may take where one of them is going to hang
IMPATIENCE: Final = 10


@dataclass(frozen=True)
class Place:
    """A workshop, its proxy, and the operator's own straight way into the cloud."""

    shop: Workshop
    way: Detour
    cloud: Cloud

    @property
    def state(self) -> Path:
        """The folder of everything that a command keeps on this machine."""
        return Path(self.shop.environment["XDG_STATE_HOME"]) / "govcloud"

    @property
    def impatient(self) -> Workshop:
        """The workshop with a clouds.yaml that gives each request only a few seconds."""
        content = yaml.safe_load(self.way.clouds.read_text("utf-8"))
        content["clouds"]["devcloud"]["api_timeout"] = IMPATIENCE
        file = self.way.clouds.with_name("impatient.yaml")
        file.write_text(yaml.safe_dump(content), "utf-8")
        return replace(self.shop, environment={**self.shop.environment, "OS_CLIENT_CONFIG_FILE": str(file)})

    def request(self, name: str, **size: Any) -> str:
        """A new request with one of every kind of resource, its machine of this size; returns its path."""
        return self.shop.write(f"{name}.test", sample(name, **size))

    def processes(self, *names: str) -> list[int]:
        """The living processes that work for this workshop, of these names or all, by what their environment says."""
        marker = f"XDG_STATE_HOME={self.shop.environment['XDG_STATE_HOME']}".encode()
        # an engine's environment does not have ours, but leads to its state
        leading = f"PULUMI_BACKEND_URL=file://{self.state}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                name, _, rest = (process / "stat").read_text("utf-8", "replace").partition("(")[2].rpartition(") ")
                said = (process / "environ").read_bytes().split(b"\0")
                ours = marker in said or any(one.startswith(leading) for one in said)
                if ours and not rest.startswith("Z") and (not names or name in names):
                    found.append(int(process.name))
        return found

    def send(self, number: signal.Signals, *names: str) -> None:
        """Send a signal to the processes of this workshop that have one of these names, or to all."""
        for pid in self.processes(*names):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def leases(self) -> list[tuple[Any, ...]]:
        """The rows of leases in the store, the dead's too."""
        with closing(sqlite3.connect(f"file:{self.state / 'store.sqlite'}?mode=ro", uri=True)) as store:
            return list(store.execute("select name, run, pid from leases"))

    def locks(self) -> list[str]:
        """The engine's locks on stacks."""
        return [file.parent.name for file in (self.state / "pulumi").rglob("locks/**/*.json")]

    def stacks(self) -> dict[str, list[str]]:
        """The stacks in the engine's state, each with the operations that were cut off in it."""
        found = {}
        for file in (self.state / "pulumi").rglob("stacks/**/*.json"):
            latest = json.loads(file.read_text("utf-8"))["checkpoint"].get("latest") or {}
            found[file.stem] = [str(one["resource"]["urn"]) for one in latest.get("pending_operations") or ()]
        return found

    def run_folders(self) -> list[str]:
        """The folders of runs; each has a password in it."""
        return [folder.name for folder in (self.state / "runs").glob("*") if folder.is_dir()]


def sample(name: str, **size: Any) -> dict[str, Any]:
    """A small request that has one of every kind: a machine with a disk and a public address."""
    smallest_size = {"cpu": 2, "memory": "4GiB"}
    web = {**(size or smallest_size), "os": "openeuler-24.03", "network": "front", "volumes": {"files": "1GiB"}}
    return {
        **smallest(f"混沌演练{name}"),
        "iaas": {"networks": {"front": {"zone": "internet", "hosts": 4}}, "servers": {"web": web}},
        "flows": [{"from": "zone/internet", "to": "web", "ports": ["443/tcp"], "reason": "公众访问"}],
    }


@contextmanager
def open_place(devcloud: Devcloud, operator: Cloud) -> Iterator[Place]:
    """A place of its own; in the end the cloud is as it was."""
    with tempfile.TemporaryDirectory(prefix="govcloud-chaos-") as folder:
        root = Path(folder)
        with (
            detour(devcloud, operator, root) as way,
            contextmanager(open_workshop)(devcloud, operator, root / "shop", way.clouds) as shop,
        ):
            try:
                yield Place(shop, way, operator)
            finally:
                way.proxy.clear()
