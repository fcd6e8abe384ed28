"""Volumes without disks, in pools that really fill up."""
# mypy: ignore-errors
# ruff: noqa: ARG002 - the arguments are those of the methods it replaces
# (runs under the services' own Python, where Cinder is; it is not installed where mypy runs)

from __future__ import annotations

from cinder import context, objects
from cinder.tests.fake_driver import FakeLoggingVolumeDriver
from cinder.volume import volume_utils

POOLS = {"pool1": 10_000, "pool2": 20_000}  # GiB


class Pools(FakeLoggingVolumeDriver):
    """Cinder's fake driver, which says "infinite", with pools of finite size.

    What is used is counted from Cinder's own records, so it is right after every restart.
    """

    def clone_image(self, context, volume, image_location, image_meta, image_service):
        """A volume made from an image: there is no disk to copy it to."""
        return {}, True

    def get_pool(self, volume):
        """The pool the scheduler chose."""
        return volume_utils.extract_host(volume.host, level="pool")

    def _update_volume_stats(self):
        used = dict.fromkeys(POOLS, 0)
        for volume in objects.VolumeList.get_all_by_host(context.get_admin_context(), self.host):
            pool = self.get_pool(volume)
            if pool in used:
                used[pool] += volume.size
        self._stats = {
            "volume_backend_name": "pools",
            "vendor_name": "govcloud devcloud",
            "driver_version": self.VERSION,
            "storage_protocol": self.protocol,
            "pools": [_pool(name, size, used[name]) for name, size in POOLS.items()],
        }


def _pool(name, size, used):
    return {
        "pool_name": name,
        "total_capacity_gb": size,
        "free_capacity_gb": size - used,
        "provisioned_capacity_gb": used,
        "reserved_percentage": 0,
        "max_over_subscription_ratio": "1.0",
        "thin_provisioning_support": False,
        "thick_provisioning_support": True,
        "multiattach": True,
        "QoS_support": False,
    }
