"""A way into a fake host's network, for tests that send real packets and for the curious."""

from __future__ import annotations

from govcloud.devcloud.installation import Installation
from govcloud.devcloud.root import as_root
from govcloud.devcloud.supervisor import Supervisor
from govcloud.errors import GovcloudError


def inside(here: Installation, host: str) -> list[str]:
    """What to put before a command so that it runs, as root, in the network namespace of `host` or of `fabric`.

    The device of a server's port is there under the name `tap` and the first eleven characters of the port's id,
    down and without an address. Raises GovcloudError when the devcloud is not up.
    """
    pid = Supervisor(here).pid
    if not pid:
        raise GovcloudError("devcloud.not-up")
    # the namespaces have names in the supervisor's mount namespace only
    return as_root(("nsenter", f"--target={pid}", "--mount", "nsenter", f"--net={here.run}/netns/{host}"))
