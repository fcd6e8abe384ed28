"""MariaDB, by Unix socket only: its root is the person whose devcloud it is, by the kernel's word."""

from __future__ import annotations

from typing import Final

from govcloud.devcloud.ini import ini
from govcloud.devcloud.installation import Installation
from govcloud.devcloud.ready import socket_open
from govcloud.devcloud.service import Component, Service, Task

PORTS: Final = ()


def component(here: Installation) -> Component:
    """The server and its empty data folder."""
    options = str(here.etc / "mariadb.cnf")
    return Component(
        name="mariadb",
        services=(
            Service(
                name="mariadb",
                command=("/usr/sbin/mariadbd", f"--defaults-file={options}"),
                ready=socket_open(here.run / "mariadb.sock"),
                foundation=True,
                estimate=2,
                patience=30,  # it writes its pages back
            ),
        ),
        files={"mariadb.cnf": _options(here)},
        prepare=(
            Task(
                name="mariadb",
                command=(
                    *("mariadb-install-db", "--no-defaults", f"--datadir={here.live / 'mariadb'}"),
                    *("--auth-root-authentication-method=socket", f"--auth-root-socket-user={here.owner}"),
                    *("--skip-test-db", f"--user={here.owner}"),
                ),
                estimate=4,
            ),
        ),
    )


def client(here: Installation, *arguments: str) -> tuple[str, ...]:
    """The command that talks SQL as root; statements come on stdin, so that nobody sees them in `ps`."""
    return ("mariadb", "--no-defaults", f"--socket={here.run / 'mariadb.sock'}", "--user", here.owner, *arguments)


def create_databases(here: Installation, names: tuple[str, ...]) -> str:
    """SQL that makes the databases; the user of `nova_api` and `nova_cell0` is `nova`."""
    lines: list[str] = []
    for name in names:
        user = name.partition("_")[0]
        lines += [
            f"CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET utf8mb3;",
            f"CREATE USER IF NOT EXISTS '{user}'@'localhost' IDENTIFIED BY '{here.password(f'db-{user}')}';",
            f"GRANT ALL ON `{name}`.* TO '{user}'@'localhost';",
        ]
    return "\n".join(lines)


def _options(here: Installation) -> str:
    return ini(
        {
            "mariadbd": {
                "datadir": str(here.live / "mariadb"),
                "socket": str(here.run / "mariadb.sock"),
                "pid-file": str(here.run / "mariadb.pid"),
                "tmpdir": str(here.run / "tmp"),
                "user": here.owner,
                "skip-networking": "",
                "secure-file-priv": str(here.run / "tmp"),
                "max_connections": 800,
                "character-set-server": "utf8mb3",
                "transaction-isolation": "READ-COMMITTED",
                # a development cloud: what a power cut would lose is not worth a disk flush per statement
                "innodb_flush_log_at_trx_commit": 0,
                "innodb_doublewrite": 0,
                "innodb_log_file_size": "48M",
                "innodb_buffer_pool_size": "256M",
                "skip-log-bin": "",
                "performance_schema": 0,
            }
        }
    ).replace(" = \n", "\n")
