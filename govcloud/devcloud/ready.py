"""How one sees that a service answers."""

from __future__ import annotations

import http.client
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from govcloud.devcloud.service import Ready

PATIENCE: Final = 5.0  # seconds one look may take


def http_answers(port: int, path: str = "/") -> Ready:
    """An HTTP answer that is no server error."""

    def ready() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ready


def port_open(port: int) -> Ready:
    """Something accepts connections."""

    def ready() -> bool:
        with socket.socket() as probe:
            probe.settimeout(PATIENCE)
            return probe.connect_ex(("127.0.0.1", port)) == 0

    return ready


def socket_open(path: Path) -> Ready:
    """Something accepts connections on a Unix socket."""

    def ready() -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(PATIENCE)
            return probe.connect_ex(str(path)) == 0

    return ready


def just_runs() -> bool:
    """For what answers nobody: the supervisor sees whether it runs."""
    return True


def command_says(command: tuple[str, ...], answer: str, environment: Mapping[str, str] | None = None) -> Ready:
    """A command prints `answer` somewhere and ends well."""

    def ready() -> bool:
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0 and answer in done.stdout

    return ready


def control_answers(folder: Path, pattern: str, word: str, answer: str) -> Ready:
    """An Open vSwitch daemon answers `word` with `answer` on the control socket that matches `pattern`."""

    def ready() -> bool:
        return any(command_says(("ovs-appctl", "-t", str(control), word), answer)() for control in folder.glob(pattern))

    return ready
