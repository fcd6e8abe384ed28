"""A second set of catalogue endpoints, in a region of its own, that leads through a proxy."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

import yaml

from tests.cloud.chaos.proxy import Proxy
from tests.cloud.chaos.swept import DETOUR
from tests.cloud.conftest import Cloud, Devcloud

REGION: Final = "RegionOne"


@dataclass(frozen=True)
class Detour:
    """A proxy, and a clouds.yaml whose entry `devcloud` goes through it."""

    proxy: Proxy
    region: str
    clouds: Path


@contextmanager
def detour(devcloud: Devcloud, operator: Cloud, folder: Path, interface: str = "public") -> Iterator[Detour]:
    """A way through a proxy to every service; the endpoints go when the block ends.

    They are of one interface only, so that a client that forgets which region or interface it was given finds none.
    Not of `internal`: there the services look for Keystone themselves, in whatever region.
    """
    endpoints = list(operator.identity.endpoints(region_id=REGION, interface="public"))
    # by the devcloud's own names: Cinder has two in Keystone, on one port, and which comes last is chance
    names = {port: name for name, port in devcloud.here.ports.items()}
    proxy = Proxy({port: names[port] for port in (_port(endpoint.url) for endpoint in endpoints)})
    region = f"{DETOUR}{secrets.token_hex(3)}"
    made = []
    try:
        operator.identity.create_region(id=region, description="a detour of the tests")
        for endpoint in endpoints:
            url = _led(urlsplit(endpoint.url), proxy)
            made.append(
                operator.identity.create_endpoint(
                    service_id=endpoint.service_id, interface=interface, region_id=region, url=url
                )
            )
        clouds = folder / f"{region}.yaml"
        content = yaml.safe_load(Path(devcloud.variables["OS_CLIENT_CONFIG_FILE"]).read_text("utf-8"))
        entry = content["clouds"]["devcloud"]
        entry |= {"region_name": region, "interface": interface}
        entry["auth"]["auth_url"] = _led(urlsplit(entry["auth"]["auth_url"]), proxy)
        clouds.write_text(yaml.safe_dump({"clouds": {"devcloud": entry}}), "utf-8")
        yield Detour(proxy, region, clouds)
    finally:
        for one in made:
            operator.identity.delete_endpoint(one)
        operator.identity.delete_region(region)
        proxy.close()


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None, url
    return port


def _led(url: SplitResult, proxy: Proxy) -> str:
    assert url.port is not None
    return url._replace(netloc=f"127.0.0.1:{proxy.ports[url.port]}").geturl()
