"""A way into a site's cloud, and the run's own clouds.yaml."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import openstack
import yaml
from keystoneauth1 import exceptions as auth_errors
from keystoneauth1.identity.base import BaseIdentityPlugin
from openstack.config import OpenStackConfig
from openstack.connection import Connection
from openstack.exceptions import ConfigException
from openstack.identity.v3._proxy import Proxy as Identity
from requests.adapters import HTTPAdapter

from govcloud import __version__
from govcloud.cloud.run_folder import run_folder
from govcloud.config import folders
from govcloud.errors import AuthenticationFailed, GovcloudError, TimedOut
from govcloud.text import say

T = TypeVar("T")
# what of an entry of clouds.yaml the provider needs besides auth
_KEPT: Final = ("region_name", "cacert", "cert", "key", "verify")
# how many seconds a service may take for one request, where the entry does not say (`api_timeout`)
PATIENCE: Final = 60.0
# the id of the domain that every Keystone begins with
FIRST_DOMAIN: Final = "default"
# concurrent reads of one command; urllib3 keeps only 10 connections unless told
THREADS: Final = 16


@dataclass(frozen=True)
class Cloud:
    """One site's cloud, by its name in clouds.yaml."""

    name: str

    @cached_property
    def _region(self) -> Any:
        """The entry of this name in the person's clouds.yaml, else in the devcloud's own."""
        own, devcloud = _clouds_file(), folders().data / "devcloud" / "clouds.yaml"
        try:
            for file in filter(None, (own, devcloud if devcloud.exists() else None)):
                config = OpenStackConfig([str(file)], load_envvars=False, override_defaults={"api_timeout": PATIENCE})
                if self.name in config.get_cloud_names():
                    return config.get_one(cloud=self.name)
        except ConfigException as error:
            raise AuthenticationFailed("cloud.no-entry", cloud=self.name, reason=str(error)) from error
        raise AuthenticationFailed(
            "cloud.no-entry", cloud=self.name, reason=say("cloud.not-in", file=own) if own else say("cloud.no-file")
        )

    @cached_property
    def connection(self) -> Connection:
        """A connection shared by all threads of this process."""
        connection = Connection(config=self._region, app_name="govcloud", app_version=__version__)
        session = connection.session
        for scheme in ("http://", "https://"):
            session.session.mount(scheme, HTTPAdapter(pool_maxsize=THREADS))
        return connection

    @property
    def identity(self) -> Identity:
        """Keystone, version 3."""
        proxy = self.connection.identity
        assert isinstance(proxy, Identity)
        return proxy

    @property
    def region(self) -> str | None:
        """The region the entry names."""
        name: str | None = self._region.config.get("region_name")
        return name or None

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
            session = self.connection.session
            plugin = session.auth
            assert isinstance(plugin, BaseIdentityPlugin)
            access = plugin.get_access(session)
            first = access.user_domain_id == FIRST_DOMAIN
            return str(access.username if first else f"{access.username}@{access.user_domain_name}")

        return self.call(ask)

    def call(self, ask: Callable[[], T]) -> T:
        """Ask the cloud; what it refuses becomes an error of ours."""
        try:
            return ask()
        except (auth_errors.Unauthorized, auth_errors.AuthPluginException, auth_errors.NotFound) as error:
            raise AuthenticationFailed("cloud.login", cloud=self.name, reason=str(error)) from error
        except auth_errors.ConnectTimeout as error:
            raise TimedOut("cloud.silent", cloud=self.name, seconds=f"{self.patience:.0f}") from error
        except (auth_errors.ConnectionError, auth_errors.DiscoveryFailure, auth_errors.EndpointNotFound) as error:
            raise GovcloudError("cloud.unreachable", cloud=self.name, reason=str(error)) from error
        except openstack.exceptions.ForbiddenException as error:
            raise AuthenticationFailed("cloud.forbidden", cloud=self.name, reason=str(error)) from error
        except openstack.exceptions.SDKException as error:
            raise GovcloudError("cloud.refused", cloud=self.name, reason=str(error)) from error

    def rest(self, service: str, method: str, path: str, body: object = None, *, may_miss: bool = False) -> Any:
        """The JSON a service answers, or an empty mapping; for calls the SDK has no method for.

        With `may_miss` a 404 is as good as success.
        """

        def ask() -> Any:
            response = getattr(self.connection, service).request(path, method, json=body)
            if not (may_miss and response.status_code == 404):
                openstack.exceptions.raise_from_response(response)
            return response.json() if response.ok and response.content else {}

        return self.call(ask)

    def entry(self) -> Mapping[str, Any]:
        """The entry as the provider may use it; only a user with a password can enter other projects."""
        config = self._region.config
        auth = dict(config["auth"])
        if "password" not in auth or config.get("auth_type", "password") not in {"password", "v3password", None}:
            raise AuthenticationFailed("cloud.needs-password", cloud=self.name)
        kept = {name: config[name] for name in _KEPT if config.get(name) is not None}
        return {"auth": auth, "identity_api_version": "3", **kept}


def _clouds_file() -> Path | None:
    """The person's clouds.yaml: what OS_CLIENT_CONFIG_FILE names, else the first that openstacksdk looks for.

    The SDK passes over one that it cannot read, and would go on as somebody else, by the next one's entry.
    """
    given = os.environ.get("OS_CLIENT_CONFIG_FILE")
    searched = [given] if given else OpenStackConfig(load_envvars=False)._config_files  # noqa: SLF001 - its own search
    file = next((Path(name) for name in searched if given or Path(name).exists()), None)
    if file is not None:
        try:
            yaml.safe_load(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            # what the parser quotes may be a password
            reason = error.strerror if isinstance(error, OSError) else type(error).__name__
            raise AuthenticationFailed("cloud.bad-file", file=file, reason=reason) from None
    return file


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
