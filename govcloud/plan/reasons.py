"""Where resources fail, their services are asked why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.faults import faults
from govcloud.engine.failures import ResourcesFailed
from govcloud.errors import GovcloudError, Problem


@contextmanager
def explained(cloud: Cloud, project: str, tenancy: str) -> Iterator[None]:
    """Let the error of resources that fail in the block tell what their services say of it, too."""
    try:
        yield
    except ResourcesFailed as failed:
        raise ResourcesFailed(failed.stack, [*failed.problems(), *_faults(cloud, project, tenancy)]) from failed


def _faults(cloud: Cloud, project: str, tenancy: str) -> list[Problem]:
    try:
        return faults(cloud, project, tenancy)
    except GovcloudError as error:
        # that a service cannot even say why is told beside what failed, and not instead
        return list(error.problems())
