"""What every plan works with: the operator's repository, the store, the engine, the cloud."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from govcloud import toolchain
from govcloud.cloud.connect import Cloud
from govcloud.config import settings
from govcloud.engine.engine import Engine, engine_folder, fingerprint, prepare
from govcloud.errors import GovcloudError
from govcloud.province.repository import Repository, find_root, load_repository
from govcloud.province.site import Site
from govcloud.store.bucket import Rows, open_bucket
from govcloud.store.notes import ENCRYPTED_WITH, note, noted
from govcloud.store.store import Store

# the days of requests, freezes and waivers are days in China
CHINA: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Context:
    """Everything at hand; each part is opened when it is first needed. `cloud_name` overrides the site's own."""

    repository: Repository
    store: Store
    backend: str
    cloud_name: str = ""

    @cached_property
    def engine(self) -> Engine:
        """The Pulumi engine with our provider."""
        tools = toolchain.find()
        folder = engine_folder()
        found = Engine(tools.engine.path, tools.engine.version, tools.lay_out(folder / "home"), folder, self.backend)
        self._check_passphrase(noted(self.store, ENCRYPTED_WITH), found)
        prepare(found)
        bucket = open_bucket(self.backend) if self.backend.startswith("postgres") else None
        if isinstance(bucket, Rows):
            bucket.make()
        return found

    def bind_passphrase(self) -> None:
        """Let the store know with which passphrase its state is encrypted: all machines must have the same."""
        mine = fingerprint(self.engine.passphrase, self.store.id)
        self._check_passphrase(note(self.store, ENCRYPTED_WITH, mine), self.engine)

    def _check_passphrase(self, known: str | None, engine: Engine) -> None:
        if known is not None and known != fingerprint(engine.passphrase, self.store.id):
            raise GovcloudError("engine.other-passphrase", file=engine.passphrase, store=self.store.id)

    def cloud(self, site: Site) -> Cloud:
        """The cloud of a site."""
        return _cloud(self.cloud_name or site.cloud)

    def actor(self, site: Site) -> str:
        """Who we are on a site, as every record names its actor: the user of its token."""
        return self.cloud(site).user_name()


_clouds: dict[str, Cloud] = {}


def _cloud(name: str) -> Cloud:
    return _clouds.setdefault(name, Cloud(name))


def open_context(start: Path, *, os_cloud: str = "") -> Context:
    """The context of the operator's repository around `start`."""
    root = find_root(start)
    if root is None:
        raise GovcloudError("province.not-found", start=start)
    chosen = settings({"os-cloud": os_cloud}, start=root)
    return Context(load_repository(root), Store(chosen["store"].text), chosen["state"].text, chosen["os-cloud"].text)


def today() -> dt.date:
    """The day it is in China."""
    return dt.datetime.now(CHINA).date()
