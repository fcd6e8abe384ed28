"""Starting services in the order of their needs, and stopping them in the reverse order."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from govcloud.devcloud.service import Service
from govcloud.devcloud.supervisor import Supervisor
from govcloud.errors import GovcloudError, TimedOut
from govcloud.events import Event, Notify

LIMIT: Final = 240.0  # seconds a service may take: two busy cores are slow
INTERVAL: Final = 0.25


def start_all(supervisor: Supervisor, services: Mapping[str, Service], notify: Notify) -> None:
    """Start what does not run yet, each as soon as what it needs answers, and wait until all answer.

    Raises GovcloudError naming the first service that died, TimedOut naming one that does not answer.
    """
    given_up = threading.Event()
    with ThreadPoolExecutor(max_workers=max(len(services), 1)) as pool:
        futures: dict[str, Future[None]] = {}
        start = _Start(supervisor, notify, given_up)
        for service in in_order(services):
            before = [futures[name] for name in service.needs if name in futures]
            futures[service.name] = pool.submit(copy_context().run, start, service, before)
        try:
            wait(futures.values(), return_when=FIRST_EXCEPTION)
        finally:
            # all answer, one failed, or Ctrl-C: nobody goes on waiting
            given_up.set()
    failures = [error for future in futures.values() if (error := future.exception())]
    for error in sorted(failures, key=lambda error: isinstance(error, _GivenUpError)):
        raise error


def in_order(services: Mapping[str, Service]) -> Iterable[Service]:
    """The services, each after all that it needs."""
    placed: dict[str, Service] = {}

    def place(service: Service) -> None:
        for name in service.needs:
            if name in services and name not in placed:
                place(services[name])
        placed.setdefault(service.name, service)

    for service in services.values():
        place(service)
    return tuple(placed.values())


class _GivenUpError(Exception):
    """Another service failed, so nobody waits for this one."""


@dataclass(frozen=True)
class _Start:
    """Start one service, in a thread of its own."""

    supervisor: Supervisor
    notify: Notify
    given_up: threading.Event

    def __call__(self, service: Service, before: list[Future[None]]) -> None:
        for future in before:
            future.result()  # raises what went wrong there
        what = f"devcloud/{service.name}"
        begun = time.monotonic()
        while self.supervisor.processes()[service.name].state == "stopping":  # a `down` that was interrupted
            time.sleep(INTERVAL)
        if self.supervisor.processes()[service.name].state not in ("starting", "running"):
            self.supervisor.start(service.name)
        elif service.ready():
            return
        self.notify(Event(what, "started", estimate=service.estimate))
        try:
            _wait(self.supervisor, service, begun + LIMIT, self.given_up)
        except GovcloudError:
            self.given_up.set()
            self.notify(Event(what, "failed", seconds=time.monotonic() - begun))
            raise
        self.notify(Event(what, "done", seconds=time.monotonic() - begun))


def _wait(supervisor: Supervisor, service: Service, deadline: float, given_up: threading.Event) -> None:
    while not given_up.wait(INTERVAL):
        now = supervisor.processes()[service.name]
        if now.state in ("dead", "stopped"):
            raise GovcloudError("devcloud.service-died", service=service.name, log=now.log, tail=tail(Path(now.log)))
        if now.state == "running" and service.ready():
            return
        if time.monotonic() > deadline:
            raise TimedOut(
                "devcloud.service-silent",
                service=service.name,
                seconds=round(LIMIT),
                log=now.log,
                tail=tail(Path(now.log)),
            )
    raise _GivenUpError


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, each indented."""
    if not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(stream.tell() - 8192, 0))
        text = stream.read().decode("utf-8", "replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def stop_all(supervisor: Supervisor, services: Mapping[str, Service]) -> None:
    """Stop the services, each before what it needs."""
    left = list(reversed(tuple(in_order(services))))
    while left:
        needed = {name for service in left for name in service.needs}
        now = [service for service in left if service.name not in needed]
        states = supervisor.processes()
        for service in now:
            if states[service.name].state in ("starting", "running"):
                supervisor.stop(service.name)
        deadline = time.monotonic() + max(service.patience for service in now) + 10
        while any(supervisor.processes()[s.name].state in ("starting", "running", "stopping") for s in now):
            if time.monotonic() > deadline:
                return  # ending the supervisor ends what is left
            time.sleep(0.1)
        left = [service for service in left if service not in now]
