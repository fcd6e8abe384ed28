"""What needs root: Debian packages, the service data folder, and the namespaces the services run in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from govcloud.errors import GovcloudError


def as_root(command: Sequence[str]) -> list[str]:
    """The command as root runs it; `sudo` never asks here, see `ask_for_root`."""
    return list(command) if os.geteuid() == 0 else ["sudo", "--non-interactive", "--", *command]


def ask_for_root() -> None:
    """Make sure that `as_root` will work, asking for the password where a person can type one.

    Raises GovcloudError where neither root nor sudo is to be had.
    """
    if os.geteuid() == 0:
        return
    if not shutil.which("sudo"):
        raise GovcloudError("devcloud.no-root")
    if subprocess.run(["sudo", "--non-interactive", "true"], capture_output=True, check=False).returncode == 0:
        return
    # sudo writes its own question on the terminal
    if not sys.stdin.isatty() or subprocess.run(["sudo", "--validate"], check=False).returncode != 0:
        raise GovcloudError("devcloud.no-root")
