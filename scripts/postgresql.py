#!/usr/bin/env python
"""Installs PostgreSQL's server, for the tests alone; does nothing where there is one.

Debian's package would make a cluster and start it, now and at every boot: told not to, it only brings the programs.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from govcloud.config import folders, private
from govcloud.devcloud import packages
from govcloud.devcloud.root import as_root, ask_for_root

SERVERS: Final = Path("/usr/lib/postgresql")
WISH: Final = Path("/etc/postgresql-common/createcluster.d/govcloud.conf")


def main() -> None:
    """The server, without a cluster."""
    if any(SERVERS.glob("*/bin/postgres")):
        return
    print("installing PostgreSQL's server for the tests")  # noqa: T201
    ask_for_root()
    with _no_cluster():
        packages.install(("postgresql",), private(folders().state) / "setup-postgresql.log")


@contextmanager
def _no_cluster() -> Iterator[None]:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as draft:
        draft.write("create_main_cluster = false\n")
        draft.flush()
        subprocess.run(as_root(("install", "-D", "--mode=644", draft.name, str(WISH))), check=True)
    try:
        yield
    finally:
        subprocess.run(as_root(("rm", str(WISH))), check=True)


if __name__ == "__main__":
    main()
