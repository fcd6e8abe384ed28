"""From two programs to something the engine can run with."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from govcloud.toolchain.tool import Tool


@dataclass(frozen=True)
class Toolchain:
    """The engine and the provider that fit each other and the Python SDK."""

    engine: Tool
    provider: Tool

    def lay_out(self, home: Path) -> Mapping[str, str]:
        """Make `home` a Pulumi home and give back the environment variables an engine needs to use it.

        All it gets is a link to the provider. Any number of runs may share one home or have one each, and laying out
        the same home twice at once is safe. With these variables the engine uses this provider whatever is on PATH,
        looks for no newer release and downloads nothing.
        """
        plugin = f"plugins/resource-openstack-v{self.provider.version}"
        _link(home / plugin / "pulumi-resource-openstack", self.provider.path.absolute())
        return {
            "PULUMI_HOME": str(home),
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    # not straight into its place, where a link to an older provider may stand and be in use
    with tempfile.TemporaryDirectory(prefix=".link-", dir=link.parent) as beside:
        fresh = Path(beside) / link.name
        fresh.symlink_to(target)
        fresh.replace(link)
