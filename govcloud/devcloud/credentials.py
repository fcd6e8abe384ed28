"""clouds.yaml and the variables that lead clients to this devcloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import yaml

from govcloud.devcloud.installation import Installation, write_private
from govcloud.devcloud.services.openstack import REGION
from govcloud.devcloud.services.ovn import address

OPERATOR: Final = "govcloud-operator"
CLOUD: Final = "devcloud"


def write_clouds(here: Installation) -> None:
    """Write clouds.yaml, 0600: the operator, the bootstrap administrator, and that one with system scope."""
    auth_url = f"http://127.0.0.1:{here.port('keystone')}/v3"

    def entry(user: str, **scope: str) -> Mapping[str, object]:
        login = {
            "auth_url": auth_url,
            "username": user,
            "password": here.password(f"user-{user}"),
            "user_domain_name": "Default",
            **scope,
        }
        return {"region_name": REGION, "interface": "public", "identity_api_version": 3, "auth": login}

    clouds = {
        CLOUD: entry(OPERATOR, project_name=OPERATOR, project_domain_name="Default"),
        f"{CLOUD}-admin": entry("admin", project_name="admin", project_domain_name="Default"),
        f"{CLOUD}-system": entry("admin", system_scope="all"),
    }
    write_private(here.clouds_file, yaml.safe_dump({"clouds": clouds}, sort_keys=False))


def variables(here: Installation) -> Mapping[str, str]:
    """What `govcloud devcloud env` exports: the cloud's name and file, and OVN's databases for `ovn-trace`."""
    return {
        "OS_CLIENT_CONFIG_FILE": str(here.clouds_file),
        "OS_CLOUD": CLOUD,
        "OVN_NB_DB": address(here, "nb"),
        "OVN_SB_DB": address(here, "sb"),
        "GOVCLOUD_DEVCLOUD_DATA": str(here.data),
    }
