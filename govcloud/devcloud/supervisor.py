"""Who keeps the services: supervisord, as the first process of a PID namespace of its own.

It is spoken to by XML-RPC over a Unix socket that only the owner may use. Because it is the first process of
its namespace, the kernel ends every process in it when it ends, however it ends: a service that made itself a
daemon, or a supervisor killed with -9, leaves nothing behind. And because a process is in the namespace or not,
no foreign process is ever mistaken for ours.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import struct
import subprocess
import threading
import time
import xmlrpc.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from govcloud.devcloud.ini import Sections, ini
from govcloud.devcloud.installation import Installation
from govcloud.devcloud.root import as_root
from govcloud.devcloud.service import Service
from govcloud.errors import GovcloudError, TimedOut

ANSWER: Final = 20.0  # seconds the supervisor may take to answer on a busy machine

State = Literal["stopped", "starting", "running", "stopping", "dead"]
STATES: Final[Mapping[str, State]] = {
    "STOPPED": "stopped",
    "STARTING": "starting",
    "RUNNING": "running",
    "STOPPING": "stopping",
    "EXITED": "dead",
    "FATAL": "dead",
    "BACKOFF": "dead",
    "UNKNOWN": "dead",
}


class SupervisorLost(GovcloudError):
    """The supervisor runs but does not answer."""


@dataclass(frozen=True)
class Process:
    """What the supervisor knows of a service; times are Unix times, 0 where it never was."""

    name: str
    state: State
    pid: int
    """In the supervisor's namespace; 0 when it does not run."""
    started: float
    ended: float
    log: str


class Supervisor:
    """The running supervisor of an installation; safe to use from several threads."""

    def __init__(self, here: Installation) -> None:
        self._socket = here.run / "supervisor.sock"
        self._lock = threading.Lock()
        self._seen: Mapping[str, Process] = {}
        self._seen_at = 0.0

    @property
    def pid(self) -> int:
        """Its process id as we see it, 0 when it does not run; the kernel says so, no file is believed."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self._socket))
            except (FileNotFoundError, ConnectionRefusedError):
                return 0
            credentials = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", credentials)[0])

    def processes(self) -> Mapping[str, Process]:
        """All services by name, as they were at most a fifth of a second ago.

        One question for all who wait at the same time: an answer costs the supervisor ten milliseconds.
        """
        with self._lock:
            if time.monotonic() - self._seen_at > 0.2:
                self._seen = {info["name"]: _process(info) for info in self._call("getAllProcessInfo")}
                self._seen_at = time.monotonic()
            return self._seen

    def start(self, name: str) -> None:
        """Begin to start a service."""
        self._change("startProcess", name)

    def stop(self, name: str) -> None:
        """Begin to stop a service."""
        self._change("stopProcess", name)

    def end(self, patience: float = 15) -> None:
        """End the supervisor and with it all that still runs; killed when it does not end in `patience` seconds."""
        pid = self.pid
        if not pid:
            return
        if patience:
            try:
                self._call("shutdown")
            except SupervisorLost:
                patience = 0  # it hangs: nothing to wait for
        if not _gone(pid, patience):
            subprocess.run(as_root(("kill", f"-{signal.SIGKILL.value}", str(pid))), check=False, capture_output=True)
            if not _gone(pid, 30):
                raise TimedOut("devcloud.does-not-end", pid=pid)
        self._socket.unlink(missing_ok=True)

    def _change(self, method: str, name: str) -> None:
        with self._lock:
            self._call(method, name, False)
            self._seen_at = 0.0

    def _call(self, method: str, *arguments: Any) -> Any:
        try:
            with xmlrpc.client.ServerProxy("http://supervisor", transport=_UnixTransport(self._socket)) as proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        except (OSError, http.client.HTTPException) as error:
            raise SupervisorLost("devcloud.supervisor-lost", reason=str(error)) from error


def start_supervisor(here: Installation, services: Iterable[Service], hosts: Iterable[str]) -> Supervisor:
    """Start the supervisor of these services in namespaces of its own; no service is started yet.

    Raises TimedOut when it does not answer, with the place of its log.
    """
    from govcloud.devcloud.services.openstack import binary  # noqa: PLC0415 - services know us

    conf = here.etc / "supervisord.conf"
    conf.write_text(ini(_sections(here, services)), "utf-8")
    command = (
        *("unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc", "--propagation", "private"),
        *("/bin/sh", str(here.lib / "fabric.sh"), str(here.run / "netns"), *hosts, "--"),
        *(binary(here, "supervisord"), "--nodaemon", "--configuration", str(conf)),
    )
    log = here.log("supervisor-start")
    with log.open("w", encoding="utf-8") as stream:
        # its own session: Ctrl-C at our terminal is not meant for it; and no variable of ours is its business
        child = subprocess.Popen(
            as_root(("env", "--ignore-environment", f"PATH={PATH}", "LC_ALL=C.UTF-8", *command)),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd="/",
        )
    supervisor = Supervisor(here)
    deadline = time.monotonic() + 60
    while not supervisor.pid:
        if child.poll() is not None or time.monotonic() > deadline:
            raise TimedOut("devcloud.supervisor-silent", log=log, tail=log.read_text("utf-8")[-2000:])
        time.sleep(0.05)
    # it outlives us, and nobody will wait for it: that is no oversight to be warned of
    child.returncode = 0
    return supervisor


PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _sections(here: Installation, services: Iterable[Service]) -> Sections:
    sections: dict[str, Mapping[str, str | int | bool]] = {
        "supervisord": {
            "logfile": str(here.log("supervisord")),
            "pidfile": str(here.run / "supervisord.pid"),
            "childlogdir": str(here.run / "tmp"),
            "directory": str(here.run),
            "identifier": f"devcloud-{here.id}",
            **({"user": "root"} if here.owner == "root" else {}),
        },
        "unix_http_server": {"file": str(here.run / "supervisor.sock"), "chmod": "0700", "chown": here.owner},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
    }
    for service in services:
        sections[f"program:{service.name}"] = _program(here, service)
    return sections


def _program(here: Installation, service: Service) -> Mapping[str, str | int | bool]:
    environment = {
        "TMPDIR": str(here.run / "tmp"),  # emptied at every start: Neutron leaves files there, named by PID
        "HOME": str(here.run),
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": str(here.lib),  # drivers, and how often Python looks for garbage
        **service.environment,
    }
    return {
        "command": " ".join(_quoted(word) for word in service.command),
        "environment": ",".join(f"{name}={_quoted(value)}" for name, value in environment.items()),
        "user": "root" if service.root else here.owner,
        "autostart": False,
        # a service that dies stays dead and is named by `show`; a silent restart would hide what a test did
        "autorestart": False,
        "startretries": 0,
        "startsecs": 0,  # whether it answers is asked by its own health check
        "stopwaitsecs": service.patience,
        "stopasgroup": True,
        "killasgroup": True,
        "redirect_stderr": True,
        "stdout_logfile": str(here.log(service.name)),
        "stdout_logfile_maxbytes": "20MB",
        "stdout_logfile_backups": 1,
    }


def _quoted(word: str) -> str:
    """A word as supervisord's configuration reads it: % is its own, and words are split as a shell does."""
    escaped = word.replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _process(info: Mapping[str, Any]) -> Process:
    return Process(
        name=info["name"],
        state=STATES[info["statename"]],
        pid=info["pid"],
        started=info["start"],
        ended=info["stop"],
        log=info["logfile"],
    )


def _gone(pid: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class _UnixTransport(xmlrpc.client.Transport):
    """XML-RPC over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("localhost")
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(ANSWER)
        sock.connect(str(self._path))
        connection.sock = sock
        self._connection = (host, connection)  # what `close` closes
        return connection


def environ() -> Mapping[str, str]:
    """What our own child processes are given: ours without what would lead OpenStack's tools elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("OS_")}
