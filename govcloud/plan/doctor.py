"""Is everything here that a change needs, and can a site's cloud do it?"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator

from govcloud import toolchain
from govcloud.cloud.read.fitness import Check, fitness
from govcloud.errors import GovcloudError
from govcloud.plan.context import Context
from govcloud.store.tenancies import all_tenancies


def examine_machine(context: Context) -> Iterator[Check]:
    """What this machine and the operator's repository have."""
    version = platform.python_version()
    yield Check("python", sys.version_info >= (3, 11), {"names": version})
    try:
        tools = toolchain.find()
        yield Check("toolchain", True, {"names": f"pulumi {tools.engine.version}, openstack {tools.provider.version}"})
    except GovcloudError as error:
        yield Check("toolchain", False, {"names": str(error.params.get("names", "-"))})
    yield Check("repository", True, {"names": str(context.repository.root)})
    try:
        yield Check("store", True, {"names": f"{context.store.id}" if context.store.exists else "-"})
    except GovcloudError as error:
        yield Check("store", False, {"names": str(error.params.get("reason", error))})


def examine_site(context: Context, name: str) -> Iterator[Check]:
    """What a site's cloud offers."""
    site = context.repository.sites.get(name)
    if site is None:
        raise GovcloudError("province.no-such-site", name=name, near=", ".join(context.repository.sites))
    known = {tenancy.id for tenancy in all_tenancies(context.store) if tenancy.site == name}
    store = context.store.id if context.store.exists else ""
    return fitness(context.cloud(site), context.repository.province, site, store, known)
