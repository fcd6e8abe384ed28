"""Is everything here that a change needs, and can a site's cloud do it?"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from typing import Final

from govcloud import toolchain
from govcloud.cloud.read.fitness import Check, failed, fitness
from govcloud.errors import GovcloudError
from govcloud.plan.context import Context
from govcloud.plan.standing import refuse_unseen
from govcloud.plan.target import site_named, whereabouts
from govcloud.province.site import Site
from govcloud.store.runs import stands
from govcloud.store.tenancies import all_tenancies

# without these there is nothing to compare
_LET_IN: Final = frozenset({"login", "facts"})


def examine_machine(context: Context) -> Iterator[Check]:
    """What this machine and the operator's repository have."""
    version = platform.python_version()
    yield Check("python", sys.version_info >= (3, 11), {"names": version})
    try:
        tools = toolchain.find()
        yield Check("toolchain", True, {"names": f"pulumi {tools.engine.version}, openstack {tools.provider.version}"})
    except GovcloudError as error:
        yield failed("toolchain", error)
    yield Check("repository", True, {"names": str(context.repository.root)})
    try:
        standing = all_tenancies(context.store)
        exists = context.store.exists
        yield Check("store", True, {"names": context.store.id}) if exists else Check("no-store", True)
        gone = sorted({one.site for one in standing} - context.repository.sites.keys())
        yield Check("sites", not gone, {"names": ", ".join(gone or context.repository.sites)})
    except GovcloudError as error:
        yield failed("store", error)
        return
    try:
        if file := context.passphrase():
            yield Check("passphrase", True, {"names": str(file)})
    except GovcloudError as error:
        yield failed("passphrase", error)


def examine_site(context: Context, name: str) -> Iterator[Check]:
    """What a site's cloud offers."""
    site = site_named(context, name)
    try:
        known = {tenancy.id for tenancy in all_tenancies(context.store) if tenancy.site == name}
        store = context.store.id if context.store.exists else ""
    except GovcloudError:
        # the machine's own check has told it; without records nobody can say what in the cloud is whose
        return
    yield from _fit(context, site, store, known)


def _fit(context: Context, site: Site, store: str, known: set[str]) -> Iterator[Check]:
    """What the site's cloud offers, and whether it is where the site's tenancies stand; one of them tells for all."""
    checks = list(fitness(context.cloud(site), context.repository, site, store, known))
    yield from checks
    standing = next(
        (one for one in all_tenancies(context.store) if one.id in known and stands(context.store, one.id)), None
    )
    if standing is None or not all(check.ok for check in checks if check.name in _LET_IN):
        return
    try:
        refuse_unseen(whereabouts(context, standing))
        yield Check("whereabouts", True, {"names": standing.id})
    except GovcloudError as error:
        yield failed("whereabouts", error)
