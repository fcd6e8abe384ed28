"""Making a new cloud: empty databases, migrations, the first administrator, the seed."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Final

from govcloud.devcloud.installation import Installation, write_private
from govcloud.devcloud.service import Component, Service, Task
from govcloud.devcloud.services import mariadb, nova, openstack
from govcloud.devcloud.services import services as services_of
from govcloud.devcloud.snapshot import discard_live
from govcloud.devcloud.starting import start_all, tail
from govcloud.devcloud.supervisor import Supervisor, environ
from govcloud.errors import GovcloudError
from govcloud.events import Event, Notify
from govcloud.text import say

AT_ONCE: Final = max(os.cpu_count() or 2, 2) + 1  # migrations wait for the database now and then


def prepare(here: Installation, parts: tuple[Component, ...], notify: Notify) -> None:
    """Empty folders and empty databases; before anything runs."""
    discard_live(here)
    here.live.mkdir(mode=0o700)
    for part in parts:
        for folder in part.folders:
            (here.live / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        _run_tasks(here, part.prepare, notify)


def fill(here: Installation, parts: tuple[Component, ...], supervisor: Supervisor, notify: Notify) -> None:
    """Schemas, the first administrator, all services, the seed; the foundation is started here."""
    all_services = services_of(parts)
    start_all(supervisor, {name: s for name, s in all_services.items() if s.foundation}, notify)
    names = tuple(name for part in parts for name in part.databases)
    sql = mariadb.create_databases(here, names)
    _run_tasks(here, (Task("databases", mariadb.client(here), stdin=sql, estimate=1),), notify)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        # the longest first
        chains = sorted((part.migrate for part in parts), key=lambda tasks: -sum(t.estimate for t in tasks))
        for future in [pool.submit(copy_context().run, _run_tasks, here, chain, notify) for chain in chains]:
            future.result()
    _seed_input(here, parts)
    start_all(supervisor, _with_needs(all_services, "keystone-api"), notify)
    _seed(here, "identity", notify, estimate=8)
    start_all(supervisor, all_services, notify)
    discover = (*nova.manage_command(here), "cell_v2", "discover_hosts")
    _run_tasks(here, (Task("nova hosts", discover),), notify)
    _seed(here, "cloud", notify, estimate=20)


def _with_needs(services: Mapping[str, Service], name: str) -> Mapping[str, Service]:
    found = {name: services[name]}
    for need in services[name].needs:
        found.update(_with_needs(services, need))
    return found


def _run_tasks(here: Installation, tasks: Iterable[Task], notify: Notify) -> None:
    for task in tasks:
        what = f"devcloud/{task.name}"
        begun = time.monotonic()
        notify(Event(what, "started", estimate=task.estimate))
        log = here.log("setup-" + task.name.replace(" ", "-"))
        with log.open("w", encoding="utf-8") as stream:
            done = subprocess.run(
                # a migration whose `up` was killed would go on, against databases that the next `up` makes anew
                ("setpriv", "--pdeathsig=KILL", *task.command),
                input=task.stdin,
                text=True,
                env={**environ(), **task.environment},
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd="/",
                check=False,
            )
        if done.returncode != 0:
            notify(Event(what, "failed", seconds=time.monotonic() - begun))
            raise GovcloudError("devcloud.task-failed", task=task.name, log=log, tail=tail(log))
        notify(Event(what, "done", seconds=time.monotonic() - begun))


def _seed_input(here: Installation, parts: tuple[Component, ...]) -> None:
    """What the seed cannot know by itself, for its eyes only."""
    facts = {
        "region": openstack.REGION,
        "identity": f"http://127.0.0.1:{here.port('keystone')}/v3",
        "admin_password": here.password("user-admin"),
        "operator_password": here.password("user-govcloud-operator"),
        "users": {part.user: here.password(f"user-{part.user}") for part in parts if part.user},
        "endpoints": [
            {"name": endpoint.name, "type": endpoint.type, "url": endpoint.url}
            for part in parts
            for endpoint in part.endpoints
        ],
    }
    write_private(here.etc / "seed.json", json.dumps(facts))


def _seed(here: Installation, stage: str, notify: Notify, *, estimate: float) -> None:
    script = str(here.lib / "seed.py")
    command = (
        openstack.binary(here, "python"),
        script,
        stage,
        str(here.etc / "seed.json"),
        str(here.lib / "cloud.yaml"),
    )
    notify(Event("devcloud", "note", text=say(f"devcloud.seeding-{stage}")))
    _run_tasks(here, (Task(f"seed {stage}", command, estimate=estimate),), notify)
