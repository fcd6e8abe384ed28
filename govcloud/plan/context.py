"""What every plan works with: the operator's repository, the store, the engine, the cloud."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from govcloud import toolchain
from govcloud.cloud.connect import Cloud
from govcloud.config import settings
from govcloud.engine.engine import PASSPHRASE, Engine, engine_folder, fingerprint, prepare, refuse_other_passphrase
from govcloud.errors import GovcloudError
from govcloud.province.repository import Repository, find_root, load_repository
from govcloud.province.site import Site
from govcloud.province.twice import Neighbours
from govcloud.store.bucket import Bucket, open_bucket
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
        """The Pulumi engine with our provider, to look with; nothing is made."""
        tools, bucket = toolchain.find(), self.bucket
        found = Engine(
            tools.engine.path,
            tools.provider.path,
            tools.engine.version,
            tools.lay_out,
            engine_folder(),
            self.backend,
        )
        if bucket is not None:
            found = replace(
                found,
                begun=lambda: bucket.exists,
                fetch=bucket.fetch,
                create=bucket.create,
                clear=bucket.clear,
                keeping=bucket.keeping,
                is_cut=bucket.is_cut,
                space=bucket.space,
            )
        self.passphrase()
        return found

    @cached_property
    def bucket(self) -> Bucket | None:
        """Where the state is, unless only the engine knows its way there."""
        known = self.backend.startswith(("file://", "postgres"))
        return open_bucket(self.backend) if known else None

    @cached_property
    def neighbours(self) -> Neighbours:
        """All requests, as they are when they are first looked at."""
        return Neighbours(self.repository)

    def begin(self) -> None:
        """Make what the engine needs to write: its folder, a passphrase, a place for its state.

        The store is told with which passphrase that is encrypted: all machines must have the same.
        """
        prepare(self.engine)
        if self.bucket is not None:
            self.bucket.make()
        note(self.store, ENCRYPTED_WITH, fingerprint(self.engine.passphrase, self.store.id))
        self.passphrase()  # another may have been the first

    def passphrase(self) -> Path | None:
        """The file with the passphrase that the state is encrypted with, None where there is no state yet.

        Raises GovcloudError where that is another, or gone.
        """
        known, file = noted(self.store, ENCRYPTED_WITH), engine_folder() / PASSPHRASE
        if known is None:
            return None
        refuse_other_passphrase(file, self.store.id, known)
        return file

    def cloud(self, site: Site) -> Cloud:
        """The cloud of a site."""
        return _cloud(self.cloud_name or site.cloud, site.region or "")

    def site_of(self, tenancy: str, name: str) -> Site:
        """The site a tenancy stands on; raises where no file describes it any more."""
        site = self.repository.sites.get(name)
        if site is None:
            raise GovcloudError("plan.site-gone", tenancy=tenancy, site=name)
        return site

    def actor(self, site: Site) -> str:
        """Who we are on a site, as every record names its actor: the user of its token."""
        return self.cloud(site).user_name()


_clouds: dict[Cloud, Cloud] = {}


def _cloud(name: str, region: str) -> Cloud:
    cloud = Cloud(name, region)
    return _clouds.setdefault(cloud, cloud)


def open_context(start: Path, *, os_cloud: str = "", hurried: bool = False) -> Context:
    """The context of the operator's repository around `start`; who is `hurried` does not mind departments' files."""
    root = find_root(start)
    if root is None:
        raise GovcloudError("province.not-found", start=start)
    chosen = settings({"os-cloud": os_cloud}, start=root)
    return Context(
        load_repository(root, hurried=hurried),
        Store(chosen["store"].text),
        chosen["state"].text,
        chosen["os-cloud"].text,
    )


def today() -> dt.date:
    """The day it is in China."""
    return dt.datetime.now(CHINA).date()
