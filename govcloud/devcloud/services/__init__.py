"""What a devcloud consists of: one file per project, and one line here.

Each module offers `PORTS`, the names of the ports it needs, and `component(here)`, everything it brings along.
New modules go to the end, so that the ports of the others stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Final, Protocol, cast

from govcloud.devcloud.installation import Installation
from govcloud.devcloud.service import Component, Service
from govcloud.devcloud.services import (
    chassis,
    cinder,
    glance,
    keystone,
    mariadb,
    memcached,
    neutron,
    nova,
    ovn,
    placement,
    rabbitmq,
)


class Module(Protocol):
    """The form of the modules in this package."""

    PORTS: tuple[str, ...]
    component: Callable[[Installation], Component]


MODULES: Final[tuple[ModuleType, ...]] = (
    mariadb,
    memcached,
    rabbitmq,
    ovn,
    chassis,
    keystone,
    placement,
    glance,
    neutron,
    nova,
    cinder,
)
PORTS: Final = tuple(name for module in MODULES for name in cast("Module", module).PORTS)


def components(here: Installation) -> tuple[Component, ...]:
    """All components of this installation."""
    return tuple(cast("Module", module).component(here) for module in MODULES)


def services(parts: tuple[Component, ...]) -> Mapping[str, Service]:
    """The services of the components by name."""
    return {service.name: service for part in parts for service in part.services}
