"""up, down, reset: what a person asks of a devcloud."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from govcloud.devcloud import layout, packages, python, snapshot
from govcloud.devcloud.build import fill, prepare
from govcloud.devcloud.credentials import write_clouds
from govcloud.devcloud.installation import Installation, open_installation
from govcloud.devcloud.ports import is_free
from govcloud.devcloud.root import ask_for_root
from govcloud.devcloud.service import Component
from govcloud.devcloud.services import PORTS, components
from govcloud.devcloud.services import services as services_of
from govcloud.devcloud.services.chassis import HOSTS
from govcloud.devcloud.starting import start_all, stop_all
from govcloud.devcloud.supervisor import Supervisor, SupervisorLost, start_supervisor
from govcloud.errors import GovcloudError, Locked
from govcloud.events import Event, Notify, ignore
from govcloud.text import say


def installation() -> Installation:
    """This user's devcloud, whether it runs or not."""
    return open_installation(PORTS)


def up(notify: Notify = ignore) -> None:
    """Bring the devcloud up; does nothing when it is up, and goes on where an interrupted `up` stopped.

    Raises GovcloudError naming what failed and its log; Locked while another command changes this devcloud.
    """
    here = installation()
    with _alone(here):
        _up(here, notify)


def down(notify: Notify = ignore) -> None:
    """Stop every service, keeping the cloud's state; also cleans up after a supervisor that was killed."""
    here = installation()
    with _alone(here), _step(notify, "devcloud", 10):
        _down(here)


def reset(notify: Notify = ignore) -> None:
    """Back to the state after the seed; everything made since is lost."""
    here = installation()
    with _alone(here):
        ask_for_root()
        with _step(notify, "devcloud/stop", 2):
            # nothing of the state is kept, so nobody is given time to save it
            Supervisor(here).end(patience=0)
        snapshot.discard_live(here)
        _up(here, notify)


def remove(notify: Notify = ignore) -> None:
    """Stop everything and take away the service data folder and the credentials; packages and logs stay."""
    here = installation()
    with _alone(here), _step(notify, "devcloud/remove", 5):
        ask_for_root()
        Supervisor(here).end(patience=0)
        layout.remove(here)
        # not the identity: its ports and secrets serve the next `up`
        here.clouds_file.unlink(missing_ok=True)


def _up(here: Installation, notify: Notify) -> None:
    begun = time.monotonic()
    _install(here, notify)
    parts = components(here)
    supervisor = Supervisor(here)
    if supervisor.pid and snapshot.made_from(here):
        _refuse_outdated(here)
        if layout.started_with(here) == layout.configuration(parts):
            if _mend(supervisor, parts, notify):
                notify(Event("devcloud", "done", text=say("devcloud.is-up"), seconds=time.monotonic() - begun))
            else:
                notify(Event("devcloud", "unchanged", text=say("devcloud.was-up")))
            return
        with _step(notify, "devcloud/stop", 10, say("devcloud.new-configuration")):
            _down(here)
    supervisor.end(patience=0)  # of an `up` that was interrupted while it built
    ask_for_root()
    layout.make_folders(here)
    _check_ports(here)
    if snapshot.made_from(here):
        _refuse_outdated(here)
    elif snapshot.exists(here):
        with _step(notify, "devcloud/restore", 3):
            snapshot.restore(here)
    else:
        _build(here, parts, notify)
    _run(here, parts, notify)
    notify(Event("devcloud", "done", text=say("devcloud.is-up"), seconds=time.monotonic() - begun))


def _install(here: Installation, notify: Notify) -> None:
    missing = packages.missing()
    folder = python.environment_folder(here)
    if missing or packages.policy_is_ours():
        ask_for_root()
        packages.put_back_policy()
    here.logs.mkdir(parents=True, exist_ok=True)
    if missing:
        with _step(notify, "devcloud/packages", 60, say("devcloud.installing", names=" ".join(missing))):
            packages.install(missing, here.log("setup-apt"))
    if not python.is_complete(folder):
        with _step(notify, "devcloud/python", 60):
            python.install(folder, here.log("setup-python"))


def _build(here: Installation, parts: tuple[Component, ...], notify: Notify) -> None:
    layout.write_configuration(here, parts)
    prepare(here, parts, notify)
    supervisor = _supervise(here, parts)
    fill(here, parts, supervisor, notify)
    with _step(notify, "devcloud/snapshot", 12):
        stop_all(supervisor, services_of(parts))
        supervisor.end()
        snapshot.take(here)


def _run(here: Installation, parts: tuple[Component, ...], notify: Notify) -> None:
    layout.write_configuration(here, parts)
    write_clouds(here)
    start_all(_supervise(here, parts), services_of(parts), notify)


def _mend(supervisor: Supervisor, parts: tuple[Component, ...], notify: Notify) -> bool:
    """Start what does not run; was there anything?"""
    states = supervisor.processes()
    services = services_of(parts)
    if all(states[name].state == "running" for name in services):
        return False
    start_all(supervisor, services, notify)
    return True


def _down(here: Installation) -> None:
    supervisor = Supervisor(here)
    if not supervisor.pid:
        return
    if snapshot.made_from(here):
        with suppress(SupervisorLost):  # `end` kills it, and the kernel ends the services with it
            stop_all(supervisor, services_of(components(here)))
    supervisor.end()


def _supervise(here: Installation, parts: tuple[Component, ...]) -> Supervisor:
    return start_supervisor(here, services_of(parts).values(), (host.name for host in HOSTS))


def _refuse_outdated(here: Installation) -> None:
    """The cloud's state was made by another version of this program: to use it would mislead, to drop it would lose."""
    if snapshot.made_from(here) != snapshot.definitions(here):
        raise GovcloudError("devcloud.outdated")


def _check_ports(here: Installation) -> None:
    for name, port in here.ports.items():
        if not is_free(port):
            raise GovcloudError("devcloud.port-taken", name=name, port=port)


@contextmanager
def _alone(here: Installation) -> Iterator[None]:
    """Only one command may change an installation at a time; the kernel forgets the lock with the process."""
    here.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (here.home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked("devcloud.locked") from error
        yield


@contextmanager
def _step(notify: Notify, what: str, estimate: float, text: str = "") -> Iterator[None]:
    begun = time.monotonic()
    notify(Event(what, "started", text=text, estimate=estimate))
    try:
        yield
    except BaseException:
        notify(Event(what, "failed", seconds=time.monotonic() - begun))
        raise
    notify(Event(what, "done", seconds=time.monotonic() - begun))
