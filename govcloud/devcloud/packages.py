"""The Debian packages: servers that are not written in Python."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from govcloud.devcloud.root import as_root
from govcloud.errors import GovcloudError

# mariadb-server-core is the server without the maintainer scripts that would make and start a database.
PACKAGES: Final = (
    *("mariadb-server-core", "mariadb-client-core", "rabbitmq-server", "memcached"),
    *("ovn-central", "ovn-host", "openvswitch-switch", "iproute2", "iputils-ping", "util-linux"),
)
# Debian asks this file whether a package may start its service; 101 is "no".
POLICY: Final = Path("/usr/sbin/policy-rc.d")
KEPT: Final = POLICY.with_name("policy-rc.d.before-govcloud")
REFUSAL: Final = "#!/bin/sh\n# govcloud devcloud: nothing that is being installed may start by itself\nexit 101\n"
ENVIRONMENT: Final = ("env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8")


def missing() -> tuple[str, ...]:
    """The packages that are not installed. Raises GovcloudError where there is no dpkg."""
    query = ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *PACKAGES]
    try:
        # it ends with 1 when it does not know one of the names
        answer = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError as error:
        raise GovcloudError("devcloud.no-debian") from error
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return tuple(name for name in PACKAGES if name not in installed)


def install(names: tuple[str, ...], log: Path) -> None:
    """Install the packages without starting anything; what apt says goes to `log`.

    Raises GovcloudError with the end of the log when apt fails.
    """
    with log.open("w", encoding="utf-8") as stream, _nothing_starts():
        for command in (
            ("apt-get", "update"),
            # another apt may be at work: wait for it
            ("apt-get", "install", "--option=DPkg::Lock::Timeout=300", "--yes", "--no-install-recommends", *names),
        ):
            done = subprocess.run(
                as_root((*ENVIRONMENT, *command)), stdout=stream, stderr=subprocess.STDOUT, check=False
            )
            if done.returncode != 0:
                tail = "".join(log.read_text("utf-8").splitlines(keepends=True)[-8:])
                raise GovcloudError("devcloud.apt-failed", command=" ".join(command), log=log, tail=tail)


def policy_is_ours() -> bool:
    """Does our refusal stand where Debian's policy belongs? So it does after an `up` that was killed in apt."""
    return POLICY.exists() and POLICY.read_text("utf-8") == REFUSAL


def put_back_policy() -> None:
    """Take our refusal away, and put back what stood there before; does nothing where it is not ours."""
    if not policy_is_ours():
        return
    if KEPT.exists():
        subprocess.run(as_root(("mv", str(KEPT), str(POLICY))), check=True)
    else:
        subprocess.run(as_root(("rm", str(POLICY))), check=True)


@contextmanager
def _nothing_starts() -> Iterator[None]:
    put_back_policy()
    if POLICY.exists():
        subprocess.run(as_root(("mv", str(POLICY), str(KEPT))), check=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as draft:
        draft.write(REFUSAL)
        draft.flush()
        subprocess.run(as_root(("install", "--mode=755", draft.name, str(POLICY))), check=True)
    try:
        yield
    finally:
        put_back_policy()
