"""The iaas part of a request: networks and servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from govcloud.request.form import Form, Recorded, Short, ruled
from govcloud.request.names import Key, Label
from govcloud.request.quantities import STORAGE_SCHEMA, Memory, Percent, Storage, whole

ZoneName = Literal["internet", "common", "dedicated"]
MAX_MACHINES: Final = 500  # of one tenancy: a province is larger, no system in it is
MAX_HOSTS: Final = 16_000  # of one network: a /18
MAX_CPU: Final = 1024  # of one machine


class Network(Form):
    """A network in one zone, with room for `hosts` addresses; its range is allocated, never asked for."""

    zone: ZoneName | None = Field(None, json_schema_extra=ruled("GC-ZONE-001"))
    hosts: Annotated[int, *whole(1, MAX_HOSTS)]
    tier: Recorded[Literal["front", "app", "data", "ops"] | None] = None


class Volume(Form):
    """A data disk of every machine of a server; `holds` names the data on it, by default all of it."""

    size: Storage
    holds: tuple[Key, ...] = ()


class Server(Form):
    """`count` machines alike; from 2 on they are kept on different hosts."""

    count: Annotated[int, *whole(1, MAX_MACHINES)] = 1
    cpu: Annotated[int, *whole(1, MAX_CPU)]
    memory: Memory
    os: Label
    network: Key | None = None
    volumes: Mapping[Key, Annotated[Volume, Short(lambda size: {"size": size}, STORAGE_SCHEMA)]] = {}


class Iaas(Form):
    """Networks and servers; without `networks` there is one, called main, sized to four times the machines."""

    networks: Mapping[Key, Network] = {}
    servers: Mapping[Key, Server] = Field(min_length=1)
    growth: Percent = 0
