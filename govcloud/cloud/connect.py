"""A way into a site's cloud, and the run's own clouds.yaml."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from govcloud.cloud.run_folder import run_folder
from govcloud.errors import AuthenticationFailed

if TYPE_CHECKING:
    from keystoneauth1.access.access import AccessInfo
    from openstack.config.cloud_region import CloudRegion
    from openstack.connection import Connection
    from openstack.identity.v3._proxy import Proxy as Identity

# what goes wrong is said once, in words of ours: without a handler Python would print these libraries' warnings
for library in ("keystoneauth", "openstack"):
    logging.getLogger(library).addHandler(logging.NullHandler())

T = TypeVar("T")
# what of an entry of clouds.yaml the provider needs besides auth
_KEPT: Final = ("region_name", "cacert", "cert", "key", "verify")
# ways to log in that give a name and a password
BY_PASSWORD: Final = ("password", "v3password")
# how many seconds a service may take for one request, where the entry does not say (`api_timeout`)
PATIENCE: Final = 60.0
# the id of the domain that every Keystone begins with
FIRST_DOMAIN: Final = "default"
# concurrent reads of one command; urllib3 keeps only 10 connections unless told
THREADS: Final = 16


@dataclass(frozen=True)
class Cloud:
    """One site's cloud, by its name in clouds.yaml, in the region `chosen`, or else in the one its entry names."""

    name: str
    chosen: str = ""

    @cached_property
    def _found(self) -> tuple[Path, CloudRegion]:
        """The entry of this name in the person's clouds.yaml, else in the devcloud's own, and which file that is."""
        from govcloud.cloud import sdk  # noqa: PLC0415 - loaded when a cloud is really asked

        return sdk.find(self.name, self.chosen)

    @property
    def _region(self) -> CloudRegion:
        return self._found[1]

    @property
    def file(self) -> Path:
        """The file that has the entry."""
        return self._found[0]

    @property
    def connection(self) -> Connection:
        """A connection shared by all threads of this process, into one region and no other."""
        self.region  # noqa: B018 - openstacksdk would take any of several
        return self._connection

    @cached_property
    def _connection(self) -> Connection:
        from govcloud.cloud import sdk  # noqa: PLC0415 - loaded when a cloud is really asked

        return sdk.connected(self._region)

    @property
    def identity(self) -> Identity:
        """Keystone, version 3."""
        from govcloud.cloud import sdk  # noqa: PLC0415 - loaded when a cloud is really asked

        return sdk.identity(self)

    @property
    def named(self) -> str | None:
        """The region that the site's file or the entry names; None where neither does."""
        name: str | None = self._region.config.get("region_name")
        return name or None

    @cached_property
    def region(self) -> str | None:
        """The region all is read and built in: the one named, else the only one there is; logs in for that.

        None where Nova is in none. Raises AuthenticationFailed where nobody names one of several.
        """

        def ask() -> set[str]:
            services = self._access().service_catalog.catalog
            computing = [endpoint for one in services if one["type"] == "compute" for endpoint in one["endpoints"]]
            return {endpoint["region_id"] for endpoint in computing if endpoint["region_id"]}

        there = {self.named} if self.named else self.call(ask)
        if len(there) > 1:
            raise AuthenticationFailed("cloud.which-region", cloud=self.name, regions=", ".join(sorted(there)))
        return next(iter(there), None)

    @property
    def patience(self) -> float:
        """How many seconds a service may take for one request."""
        return float(self._region.config["api_timeout"])

    def user(self) -> str:
        """The id of the user we are; logs in."""
        return self.call(lambda: str(self.connection.current_user_id))

    def user_name(self) -> str:
        """The name of the user we are, as every record names its actor; logs in.

        A department's manager may call people in its domain what he likes: the domain is said unless it is the first.
        """

        def ask() -> str:
            access = self._access()
            first = access.user_domain_id == FIRST_DOMAIN
            return str(access.username if first else f"{access.username}@{access.user_domain_name}")

        return self.call(ask)

    def _access(self) -> AccessInfo:
        """What Keystone says of our token; logs in."""
        from govcloud.cloud import sdk  # noqa: PLC0415 - loaded when a cloud is really asked

        return sdk.access(self._connection)

    def call(self, ask: Callable[[], T]) -> T:
        """Ask the cloud; what it refuses becomes an error of ours."""
        from govcloud.cloud import sdk  # noqa: PLC0415 - loaded when a cloud is really asked

        try:
            return ask()
        except sdk.REFUSALS as error:
            raise sdk.refusal(self, error) from error

    def rest(self, service: str, method: str, path: str, body: object = None, *, may_miss: bool = False) -> Any:
        """The JSON a service answers, or an empty mapping; for calls the SDK has no method for.

        With `may_miss` a 404 is as good as success.
        """

        def ask() -> Any:
            from openstack.exceptions import raise_from_response  # noqa: PLC0415 - loaded when a cloud is really asked

            asked = self.identity if service == "identity" else getattr(self.connection, service)
            response = asked.request(path, method, json=body)
            if not (may_miss and response.status_code == 404):
                raise_from_response(response)
            return response.json() if response.ok and response.content else {}

        return self.call(ask)

    def entry(self) -> Mapping[str, Any]:
        """The entry as the provider may use it; only a user with a password can enter other projects."""
        config = self._region.config
        auth = dict(config["auth"])
        if config["auth_type"] not in BY_PASSWORD:
            raise AuthenticationFailed("cloud.needs-password", cloud=self.name, file=self.file)
        kept = {name: config[name] for name in _KEPT if config.get(name) is not None}
        return {"auth": auth, "identity_api_version": "3", **kept}


@contextmanager
def run_clouds(cloud: Cloud, project: str | None, domain: str) -> Iterator[Path]:
    """A clouds.yaml of our own for one run, readable by this user only, gone afterwards.

    It has two entries of the same user: `operator` as configured, and `layer` inside the project `project` of the
    domain `domain`, both by name, for the project may not exist yet. Without a project both are the operator: what is
    left of one that is gone can only be removed from outside.
    """
    entry = cloud.entry()
    auth = {k: v for k, v in entry["auth"].items() if not k.startswith(("project_", "domain_", "system_", "tenant_"))}
    layer = {**entry, "auth": {**auth, "project_name": project, "project_domain_name": domain}} if project else entry
    with run_folder() as folder:
        path = folder / "clouds.yaml"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            # JSON is YAML, and has no surprises
            json.dump({"clouds": {"operator": entry, "layer": layer}}, stream)
        yield path
