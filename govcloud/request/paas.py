"""The paas part of a request: services used, not logged into."""

from __future__ import annotations

from typing import Annotated

from govcloud.request.form import Form
from govcloud.request.names import LAST_PORT, Key, Line, TargetPort
from govcloud.request.quantities import Bandwidth, Storage, whole


class Service(Form):
    """One managed service of the catalogue; which of these keys it takes is the catalogue's word."""

    service: Key
    size: Key | None = None
    storage: Storage | None = None
    network: Key | None = None
    holds: tuple[Key, ...] = ()
    port: Annotated[int, *whole(1, LAST_PORT)] | None = None
    to: TargetPort | None = None
    domain: Line | None = None
    bandwidth: Bandwidth | None = None
    icp: Line | None = None
