"""What runs, since when, with how much memory, and what died of what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from govcloud.devcloud import snapshot
from govcloud.devcloud.installation import Installation
from govcloud.devcloud.services import components, services
from govcloud.devcloud.starting import tail
from govcloud.devcloud.supervisor import Process, State, Supervisor


@dataclass(frozen=True)
class ServiceStatus:
    """One service now."""

    name: str
    state: State
    pid: int
    """As `ps` shows it; 0 when it does not run."""
    port: int | None
    since: float
    """Unix time of its start, or of its end when it is dead; 0 when it never ran."""
    memory: int
    """Bytes, shared pages divided among those who share them where the kernel tells us; its children included."""
    log: Path
    reason: str = ""
    """How it ended, in the supervisor's words."""
    tail: str = ""
    """The end of its log, when it is dead."""


@dataclass(frozen=True)
class Status:
    """The whole devcloud now."""

    here: Installation
    services: tuple[ServiceStatus, ...]
    outdated: bool
    """Made from other definitions than the ones installed now."""

    @property
    def is_up(self) -> bool:
        """Does every service run?"""
        return all(service.state == "running" for service in self.services)


def status(here: Installation) -> Status:
    """Look; nothing is changed, and the services need not run."""
    supervisor = Supervisor(here)
    known = services(components(here))
    pid = supervisor.pid
    processes: Mapping[str, Process] = supervisor.processes() if pid else {}
    seen = _pids(pid) if pid else {}
    memory = _memory(seen)
    found = []
    for name, service in known.items():
        process = processes.get(name)
        state = process.state if process else "stopped"
        found.append(
            ServiceStatus(
                name=name,
                state=state,
                pid=seen.get(process.pid, (0, 0))[0] if process else 0,
                port=service.port,
                since=(process.ended if state == "dead" else process.started) if process else 0,
                memory=memory.get(process.pid, 0) if process and process.pid else 0,
                log=here.log(name),
                reason=_reason(here, name) if state == "dead" else "",
                tail=tail(here.log(name)) if state == "dead" else "",
            )
        )
    made_from = snapshot.made_from(here)
    return Status(here, tuple(found), outdated=bool(made_from) and made_from != snapshot.definitions(here))


def _pids(init: int) -> Mapping[int, tuple[int, int]]:
    """Of each process in the namespace of `init`: its id there -> (its id here, its process group there)."""
    found: dict[int, tuple[int, int]] = {}
    depth = len(_status(init).get("NSpid", "").split())
    for folder in Path("/proc").glob("[0-9]*"):
        facts = _status(int(folder.name))
        ids = facts.get("NSpid", "").split()
        # a process of another namespace of the same depth is told apart by its ancestors
        if len(ids) == depth and _descends(int(folder.name), init):
            found[int(ids[-1])] = (int(folder.name), int(facts["NSpgid"].split()[-1]))
    return found


def _descends(pid: int, ancestor: int) -> bool:
    while pid > 1:
        if pid == ancestor:
            return True
        pid = int(_status(pid).get("PPid", "0"))
    return False


def _memory(processes: Mapping[int, tuple[int, int]]) -> Mapping[int, int]:
    """Bytes by process group; the supervisor makes each service the leader of a group of its own."""
    found: dict[int, int] = {}
    for pid, group in processes.values():
        found[group] = found.get(group, 0) + _size(pid)
    return found


def _size(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        # root's processes are closed to others: resident pages, then, shared or not
        return int(_status(pid).get("VmRSS", "0 kB").split()[0]) * 1024
    return 0


def _status(pid: int) -> Mapping[str, str]:
    """/proc/PID/status; empty when the process is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8", "replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _reason(here: Installation, name: str) -> str:
    """What supervisord wrote of the service's last end: `terminated by SIGKILL; not expected`."""
    log = here.log("supervisord")
    ends = re.findall(rf"exited: {re.escape(name)} \((.*?)(?:; not expected)?\)", log.read_text("utf-8", "replace"))
    return str(ends[-1]) if ends else ""
