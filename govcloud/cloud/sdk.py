"""Connecting, as openstacksdk does it. To load that takes half a second: whoever asks no cloud loads none of this."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import openstack
from keystoneauth1 import exceptions as auth_errors
from keystoneauth1.access.access import AccessInfo
from keystoneauth1.identity.base import BaseIdentityPlugin
from openstack.config import OpenStackConfig
from openstack.config.cloud_region import CloudRegion
from openstack.connection import Connection
from openstack.identity.v3._proxy import Proxy as Identity

from govcloud import __version__
from govcloud.cloud.clouds_yaml import check_entry, has_entry, own_file, wrong_entry
from govcloud.cloud.connect import BY_PASSWORD, PATIENCE, THREADS
from govcloud.cloud.silence import Asking
from govcloud.config import folders
from govcloud.errors import AuthenticationFailed, GovcloudError, TimedOut
from govcloud.text import say

if TYPE_CHECKING:
    from govcloud.cloud.connect import Cloud

# what these libraries raise where a cloud refuses
REFUSALS: Final = (openstack.exceptions.SDKException, auth_errors.ClientException)
# what Keystone says to somebody it does not know, or understands not at all
_NOT_LET_IN: Final = (
    auth_errors.Unauthorized, auth_errors.Forbidden, auth_errors.BadRequest, auth_errors.NotFound,
    auth_errors.AuthPluginException,
)  # fmt: skip
# the last is what openstacksdk says of a service whose versions it could not ask for
_NOT_THERE: Final = (
    auth_errors.ConnectionError, auth_errors.DiscoveryFailure, auth_errors.EndpointNotFound,
    openstack.exceptions.NotSupported,
)  # fmt: skip


def find(cloud: str, chosen: str) -> tuple[Path, CloudRegion]:
    """The entry of this name in the person's clouds.yaml, else in the devcloud's own, and which file that is."""
    own, devcloud = own_file(), folders().data / "devcloud" / "clouds.yaml"
    for file in filter(None, (own, devcloud if devcloud.exists() else None)):
        if has_entry(file, cloud):
            return file, _load(file, cloud, chosen)
    raise AuthenticationFailed(
        "cloud.no-entry", cloud=cloud, reason=say("cloud.not-in", file=own) if own else say("cloud.no-file")
    )


def connected(region: CloudRegion) -> Connection:
    """A connection that waits for no silence twice."""
    connection = Connection(config=region, app_name="govcloud", app_version=__version__)
    session = connection.session
    for scheme in ("http://", "https://"):
        session.session.mount(scheme, Asking(pool_maxsize=THREADS))
    return connection


def identity(cloud: Cloud) -> Identity:
    """Keystone, version 3."""
    proxy = cloud.connection.identity
    if not isinstance(proxy, Identity):
        # the catalogue was asked for a region, an interface or a version that is not there
        if cloud.chosen:
            raise AuthenticationFailed("cloud.no-region", cloud=cloud.name, region=cloud.chosen)
        raise wrong_entry(cloud.file, cloud.name, say("cloud.entry-identity"))
    return proxy


def access(connection: Connection) -> AccessInfo:
    """What Keystone says of our token; logs in."""
    session = connection.session
    assert isinstance(session.auth, BaseIdentityPlugin)
    return session.auth.get_access(session)


def refusal(cloud: Cloud, error: Exception) -> GovcloudError:
    """The error of ours for one of the REFUSALS."""
    if isinstance(error, _NOT_LET_IN):
        return AuthenticationFailed("cloud.login", cloud=cloud.name, file=cloud.file, reason=str(error))
    if isinstance(error, auth_errors.ConnectTimeout):
        seconds = f"{cloud.patience:.0f}"
        return TimedOut("cloud.silent", cloud=cloud.name, seconds=seconds, service=_service(str(error)))
    if isinstance(error, _NOT_THERE):
        return GovcloudError("cloud.unreachable", cloud=cloud.name, reason=str(error))
    if isinstance(error, openstack.exceptions.ForbiddenException):
        return AuthenticationFailed("cloud.forbidden", cloud=cloud.name, reason=str(error))
    return GovcloudError("cloud.refused", cloud=cloud.name, reason=str(error))


def _service(reason: str) -> str:
    """Which one did not answer, of the words of a library: its address with the first part of the path."""
    found = re.search(r"https?://[^/\s]+(/[^/?\s]+)?", reason)
    return found[0] if found else reason


def _load(file: Path, cloud: str, chosen: str) -> CloudRegion:
    """An entry as openstacksdk understands it; what it or a plugin trips over there becomes an error of ours."""
    try:
        config = OpenStackConfig([str(file)], load_envvars=False, override_defaults={"api_timeout": PATIENCE})
        region = config.get_one(cloud=cloud)
        plugin = region.get_auth()
    except Exception as error:  # noqa: BLE001 - they raise whatever a wrong value leads to
        # these speak of keys alone; the words of others may quote a value, which may be a password
        spoken = isinstance(error, auth_errors.AuthPluginException | TypeError)
        reason = str(error).rpartition("__init__() ")[2] if spoken else type(error).__name__
        raise wrong_entry(file, cloud, reason) from None
    auth, way = region.config["auth"], region.config["auth_type"]
    named = auth.get("username") or auth.get("user_id")
    if not isinstance(plugin, BaseIdentityPlugin) or (way in BY_PASSWORD and not (named and auth.get("password"))):
        raise AuthenticationFailed("cloud.needs-password", cloud=cloud, file=file)
    check_entry(file, cloud, region.config)
    if not chosen:
        return region
    try:
        return config.get_one(cloud=cloud, region_name=chosen)
    except openstack.exceptions.ConfigException:  # the entry names its regions, and that is none of them
        raise AuthenticationFailed("cloud.other-region", cloud=cloud, region=chosen, file=file) from None
