"""A PostgreSQL of the tests' own: Debian's server, in a folder and on a port of its own, as a user without rights."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

INSTALLED = Path("/usr/lib/postgresql")
MISSING = "there is no PostgreSQL server; next: make postgresql, or sudo apt-get install postgresql"


@dataclass(frozen=True)
class Server:
    """A server on loopback that asks for a password."""

    port: int
    password: str
    user: str = "govcloud"

    def address(self, database: str, scheme: str = "postgresql") -> str:
        """The address of a database, with its password."""
        return f"{scheme}://{self.user}:{quote(self.password, safe='')}@127.0.0.1:{self.port}/{database}"

    def database(self) -> str:
        """A new, empty database; returns its name."""
        import psycopg  # noqa: PLC0415 - it needs libpq, which comes with the server

        name = f"test_{secrets.token_hex(4)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name


def start(folder: Path, password: str) -> Iterator[Server]:
    """A server while the generator is suspended; `folder` is given to the user it runs as."""
    programs = sorted(INSTALLED.glob("*/bin"), key=lambda path: int(path.parent.name))
    assert programs, MISSING
    bin_, data, asked = programs[-1], folder / "data", folder / "password"
    asked.write_text(password, "utf-8")
    prefix: list[str] = []
    if os.geteuid() == 0:
        # the server refuses to run as root; Debian's package comes with a user for it
        someone = pwd.getpwnam("postgres")
        for path in (folder, asked):
            os.chown(path, someone.pw_uid, someone.pw_gid)
        # it ends with us, whatever becomes of us
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT", "--"]
    making = [bin_ / "initdb", "-D", data, "-U", Server.user, "-A", "scram-sha-256", f"--pwfile={asked}", "--no-sync"]
    command = [*prefix, *map(str, making), "--encoding=UTF8"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
    serving = [*prefix, str(bin_ / "postgres"), "-D", str(data), "-p", str(port), *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(serving, cwd=folder, stdout=log, stderr=log)
    try:
        _wait(process, [str(bin_ / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)], folder / "log")
        yield Server(port, password)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _wait(process: subprocess.Popen[bytes], ask: list[str], log: Path) -> None:
    """Until it lets somebody in: its port is open earlier, while it is still starting up."""
    deadline = time.monotonic() + 60
    while subprocess.run(ask, check=False).returncode != 0:
        assert process.poll() is None, log.read_text("utf-8", errors="replace")
        assert time.monotonic() < deadline, log.read_text("utf-8", errors="replace")
        time.sleep(0.1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A server for the tests of this session; its password has all that an address must escape."""
    # not below pytest's own folder, which other users may not enter
    folder = Path(tempfile.mkdtemp(prefix="govcloud-postgresql-"))
    try:
        yield from start(folder, f"{secrets.token_hex(8)}:p@ss/w?rd#%")
    finally:
        shutil.rmtree(folder)
