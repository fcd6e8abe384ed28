"""The quota stage: every key, every time; wide while a layer is built, exact before and after.

Pulumi's quota resources have a no-op delete and are upserts: nothing is gained by putting quotas into a stack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.quotas import KEEPERS, Quotas, differing, read_quotas, wanted
from govcloud.errors import GovcloudError
from govcloud.spec.quotas import QuotaSpec


@contextmanager
def quota_stage(cloud: Cloud, project: str, spec: QuotaSpec, builders: int) -> Iterator[None]:
    """Raise what has to be raised, let the block build, then set every limit to exactly what the spec says.

    A limit that falls is lowered only when what used it is gone. Neutron gets room for `builders` more of each kind
    while the block runs: it counts a resource and its reservation both for a moment, so that at an exact limit two
    creates at once refuse each other. When the block fails, that room is taken back, and everything else stays raised
    for the next attempt.
    """
    before = read_quotas(cloud, project)
    raised = {
        service: {key: max(limit, before[service].get(key, 0)) for key, limit in limits.items()}
        for service, limits in wanted(spec).items()
    }
    roomy = {key: limit + builders if limit > 0 else limit for key, limit in raised["network"].items()}
    _write(cloud, project, {**raised, "network": roomy}, before)
    try:
        yield
    except BaseException:
        _put(cloud, "network", project, raised["network"])
        raise
    _write(cloud, project, wanted(spec), raised)
    left = differing(read_quotas(cloud, project), wanted(spec))
    if left:
        raise GovcloudError("cloud.quota-not-taken", keys=", ".join(f"{service}.{key}" for service, key, _, _ in left))


def drop_quotas(cloud: Cloud, project: str) -> None:
    """Remove the project's quota rows: the site's defaults hold again."""
    for keeper in KEEPERS.values():
        cloud.rest(keeper.service, "DELETE", keeper.path.format(project=project), may_miss=True)


def _write(cloud: Cloud, project: str, limits: Quotas, before: Quotas) -> None:
    """Set the limits in every service; when one refuses, those already set get back what they had."""
    done: list[str] = []
    try:
        for service, values in limits.items():
            _put(cloud, service, project, values)
            done.append(service)
    except GovcloudError:
        for service in done:
            _put(
                cloud,
                service,
                project,
                {key: before[service][key] for key in limits[service] if key in before[service]},
            )
        raise


def _put(cloud: Cloud, service: str, project: str, limits: Mapping[str, int]) -> None:
    keeper = KEEPERS[service]
    # Nova and a recent Neutron refuse a limit below what is used: even while a server is on its way out, even where
    # it stands already and a stranger with more rights has gone beyond it. An older Neutron knows no such word.
    forced = service == "compute" or (service == "network" and _checks_use(cloud))
    force = {"force": True} if forced else {}
    cloud.rest(keeper.service, "PUT", keeper.path.format(project=project), {keeper.key: {**limits, **force}})


def _checks_use(cloud: Cloud) -> bool:
    return cloud.call(lambda: cloud.connection.network.find_extension("quota-check-limit-default") is not None)
