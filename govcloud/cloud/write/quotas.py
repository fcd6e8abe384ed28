"""The quota stage: every key, every time; wide while a layer is built, exact before and after.

Pulumi's quota resources have a no-op delete and are upserts: nothing is gained by putting quotas into a stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.quotas import KEEPERS, Quotas, differing, read_quotas, read_use, wanted
from govcloud.errors import GovcloudError
from govcloud.spec.quotas import QuotaSpec, Service


@contextmanager
def quota_stage(cloud: Cloud, project: str, spec: QuotaSpec, stood: Quotas) -> Iterator[None]:
    """Raise what has to be raised, let the block build, then set every limit to exactly what the spec says.

    A limit that falls is lowered only when what used it is gone. There is room while the block runs: what is new is
    built before what was is removed, and Neutron and Cinder may count a resource and its reservation both, so that at
    an exact limit two creates at once refuse each other. It is as large as what is wanted and `stood`, the limits of
    what was built before, ask for, never as what is read, for that may be the room of a run that was killed. When the
    block fails, the room is taken back, and everything else stays raised for the next attempt.
    """
    before = read_quotas(cloud, project)
    raised = {
        service: {key: max(limit, before[service].get(key, 0)) for key, limit in limits.items()}
        for service, limits in wanted(spec).items()
    }
    roomy = {
        service: _roomy(limits, wanted(spec)[service], stood.get(service, {})) for service, limits in raised.items()
    }
    _write(cloud, project, roomy, before)
    try:
        yield
    except BaseException as error:
        _take_back(cloud, project, raised, error)
        raise
    _close(cloud, project, wanted(spec))
    left = differing(read_quotas(cloud, project), wanted(spec))
    if left:
        raise GovcloudError("cloud.quota-not-taken", keys=", ".join(f"{service}.{key}" for service, key, _, _ in left))


def _take_back(cloud: Cloud, project: str, limits: Quotas, failed: BaseException) -> None:
    """Take the room back, but for what is used of it: what failed is what people must know."""
    try:
        used = read_use(cloud, project)
        volume = {key: max(limit, used.get(key, 0)) for key, limit in limits["volume"].items()}
        for service, values in {**limits, "volume": volume}.items():
            _put(cloud, service, project, values)
    except GovcloudError as error:
        failed.add_note(str(error))  # the next apply sets every limit, whatever it is now


def drop_quotas(cloud: Cloud, project: str) -> None:
    """Remove the project's quota rows: the site's defaults hold again."""
    for keeper in KEEPERS.values():
        cloud.rest(keeper.service, "DELETE", keeper.path.format(project=project), may_miss=True)


def _close(cloud: Cloud, project: str, limits: Quotas) -> None:
    """Set the limits for good, each service for itself.

    Cinder takes none below what it counts: what somebody else has there keeps its own limit open, and no other.
    """
    for service, values in limits.items():
        try:
            _put(cloud, service, project, values)
        except GovcloudError as error:
            used = read_use(cloud, project) if service == "volume" else {}
            over = {key: used[key] for key, limit in values.items() if used.get(key, 0) > limit}
            if not over:
                raise
            _put(cloud, service, project, {**values, **over})
            keys = ", ".join(f"{key} {count} > {values[key]}" for key, count in over.items())
            raise GovcloudError("cloud.quota-exceeded", project=project, keys=keys) from error


def _roomy(raised: Service, limits: Service, stood: Service) -> Service:
    """Room for what is wanted beside what stood, or for either counted twice."""
    return {key: max(limit, 2 * limits[key], 2 * stood.get(key, 0)) for key, limit in raised.items()}


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


def _put(cloud: Cloud, service: str, project: str, limits: Service) -> None:
    keeper = KEEPERS[service]
    # Nova and a recent Neutron refuse a limit below what is used: even while a server is on its way out, even where
    # it stands already and a stranger with more rights has gone beyond it. An older Neutron knows no such word.
    forced = service == "compute" or (service == "network" and _checks_use(cloud))
    force = {"force": True} if forced else {}
    cloud.rest(keeper.service, "PUT", keeper.path.format(project=project), {keeper.key: {**limits, **force}})


def _checks_use(cloud: Cloud) -> bool:
    return cloud.call(lambda: cloud.connection.network.find_extension("quota-check-limit-default") is not None)
