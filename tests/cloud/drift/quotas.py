"""The limits of the tenancy's project, raised by somebody who may."""

from __future__ import annotations

from tests.cloud.drift.place import Place

KEEPERS = {
    "compute": ("compute", "/os-quota-sets/{}", "quota_set"),
    "network": ("network", "/quotas/{}", "quota"),
    "volume": ("block_storage", "/os-quota-sets/{}", "quota_set"),
}
# enough for a machine more in MiB, and for whatever else strays need
MORE = {"ram": 32768, "cores": 64}


def raise_all(place: Place) -> set[tuple[str, str]]:
    """Raise every limit of every service; returns service and key of each."""
    raised = set()
    for service, (proxy, path, word) in KEEPERS.items():
        client = getattr(place.cloud, proxy)
        limits = {k: v for k, v in client.get(path.format(place.project)).json()[word].items() if isinstance(v, int)}
        more = {key: limit + MORE.get(key, 9) for key, limit in limits.items() if limit >= 0}
        answer = client.put(path.format(place.project), json={word: more})
        assert answer.ok, answer.text
        raised |= {(service, key) for key in more}
    return raised
