"""In which region a site is, without entering its cloud."""

from __future__ import annotations

from govcloud.cloud.connect import Cloud
from govcloud.errors import AuthenticationFailed
from govcloud.province.site import Site


def region_of(site: Site) -> str | None:
    """The region of a site as its file says, else as its entry of clouds.yaml; None where neither does, or none is."""
    try:
        return site.region or Cloud(site.cloud).named
    except AuthenticationFailed:  # it is another machine's to enter
        return None
