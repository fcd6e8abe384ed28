"""The programs of the stacks, each from its spec.

`lower` holds the ids of what lies below by symbol: `site:...` always, what lower stacks make once it exists.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import govcloud.stacks
from govcloud.spec.department import DepartmentSpec
from govcloud.spec.iaas import IaasSpec
from govcloud.spec.tenancy import TenancySpec

if TYPE_CHECKING:
    import pulumi

Program = Callable[[], Mapping[str, "pulumi.Output[str]"]]


def department_program(spec: DepartmentSpec, lower: Mapping[str, str], region: str | None) -> Program:
    """The program of the department's stack."""
    from govcloud.stacks.context import context  # noqa: PLC0415 - takes a second, and only an engine needs it
    from govcloud.stacks.department import Department  # noqa: PLC0415 - the same

    return lambda: Department(spec, context(lower, region)).outputs


def tenancy_program(spec: TenancySpec, lower: Mapping[str, str], region: str | None) -> Program:
    """The program of the tenancy's stack."""
    from govcloud.stacks.context import context  # noqa: PLC0415 - the same
    from govcloud.stacks.tenancy import Tenancy  # noqa: PLC0415 - the same

    return lambda: Tenancy(spec, context(lower, region)).outputs


def iaas_program(spec: IaasSpec, texts: Mapping[str, str], lower: Mapping[str, str], region: str | None) -> Program:
    """The program of the iaas layer; `texts` are the rendered user-data by sha256."""
    from govcloud.stacks import iaas  # noqa: PLC0415 - the same
    from govcloud.stacks.context import context  # noqa: PLC0415 - the same

    return lambda: iaas.build(spec, texts, context(lower, region))


@functools.cache
def digest() -> str:
    """sha256 over our programs and the versions of what they are written with."""
    found = hashlib.sha256(" ".join(version(name) for name in ("govcloud", "pulumi", "pulumi-openstack")).encode())
    for file in (Path(__file__), *sorted(Path(govcloud.stacks.__path__[0]).rglob("*.py"))):
        found.update(f"\0{file.name}\0".encode() + file.read_bytes())
    return found.hexdigest()
