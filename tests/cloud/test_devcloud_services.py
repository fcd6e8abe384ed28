"""The processes of a devcloud: where they listen, what they leave, and what is said of one that dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from govcloud import devcloud as room
from govcloud.devcloud.ports import DEFAULTS
from govcloud.events import Event
from tests.cloud.conftest import Devcloud

VICTIMS = ("neutron-periodic-workers", "nova-api")  # the second has workers, which must not keep its port


def _show(lang: str = "en") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "govcloud", "devcloud", "show", "-o", "json", "--lang", lang]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _listeners(pids: set[int]) -> Iterator[tuple[str, int]]:
    """Address in the kernel's hex form and port of every TCP or UDP socket that the processes listen on."""
    inodes = set[str]()
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
            for link in Path(f"/proc/{pid}/fd").iterdir():
                inodes |= _socket(link)
    for table, listening in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
            columns = line.split()
            if columns[3] == listening and columns[9] in inodes:
                address, _, port = columns[1].partition(":")
                yield address, int(port, 16)


def _socket(link: Path) -> set[str]:
    """The inode of the socket that an open file is, where it is one and still open."""
    with suppress(FileNotFoundError):
        target = str(link.readlink())
        return {target[8:-1]} if target.startswith("socket:[") else set()
    return set()


def _ours(devcloud: Devcloud) -> set[int]:
    """Every process in the PID namespace of the supervisor."""
    some = next(service.pid for service in room.status(devcloud.here).services if service.pid)
    namespace = Path(f"/proc/{some}/ns/pid").readlink()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "ns/pid").readlink() == namespace:
                found.add(int(folder.name))
        except (FileNotFoundError, PermissionError):  # it ended while we looked, or is closed even to root
            continue
    return found


def test_everything_listens_on_loopback_and_on_no_default_port(devcloud: Devcloud) -> None:
    loopback = {"0100007F", "00000000000000000000000001000000"}
    found = set(_listeners(_ours(devcloud)))
    assert {port for _, port in found} == set(devcloud.here.ports.values())
    assert {address for address, _ in found} <= loopback
    assert not {port for _, port in found} & DEFAULTS


def test_a_service_is_the_process_that_listens(devcloud: Devcloud) -> None:
    """A shell in between would die alone, and what it started keep the port."""
    serving = {service.name: service for service in room.status(devcloud.here).services if service.port}
    assert {"rabbitmq", "memcached", "nova-api"} <= serving.keys()
    heard = {name: {port for _, port in _listeners({service.pid})} for name, service in serving.items()}
    assert [name for name, service in serving.items() if service.port not in heard[name]] == []


def test_up_does_nothing_when_it_is_up(devcloud: Devcloud) -> None:
    before = {service.name: service.pid for service in room.status(devcloud.here).services}
    events: list[Event] = []
    begun = time.monotonic()
    room.up(events.append)
    assert time.monotonic() - begun < 5
    assert [event.state for event in events] == ["unchanged"]
    assert {service.name: service.pid for service in room.status(devcloud.here).services} == before


def test_passwords_are_on_no_command_line(devcloud: Devcloud) -> None:
    secrets = {devcloud.here.password(name).encode() for name in ("rabbitmq", "db-nova", "user-admin", "user-nova")}
    for pid in _ours(devcloud):
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
        assert not any(secret in line for secret in secrets)


@pytest.mark.parametrize("name", VICTIMS)
def test_a_dead_service_is_named_and_mended(devcloud: Devcloud, name: str) -> None:
    victim = next(s for s in room.status(devcloud.here).services if s.name == name)
    os.kill(victim.pid, signal.SIGKILL)
    try:
        deadline = time.monotonic() + 10
        while (answer := _show()).returncode == 0:
            assert time.monotonic() < deadline
        data = json.loads(answer.stdout)["data"]
        dead = {service["name"]: service for service in data["services"] if service["state"] == "dead"}
        assert list(dead) == [name]
        assert answer.returncode == 1
        assert "SIGKILL" in dead[name]["reason"]
        assert abs(dead[name]["since"] - time.time()) < 30
        assert dead[name]["tail"].strip()
        assert Path(dead[name]["log"]).exists()
    finally:
        room.up()
    assert _show().returncode == 0
    mended = next(s for s in room.status(devcloud.here).services if s.name == name)
    assert mended.pid not in (0, victim.pid)


def test_a_table_for_people_in_both_languages(devcloud: Devcloud) -> None:
    del devcloud
    for lang, word in (("en", "running"), ("zh", "运行中")):
        command = [sys.executable, "-m", "govcloud", "devcloud", "show", "-o", "table", "--lang", lang]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert word in text
        assert "keystone-api" in text


def test_env_can_be_evaluated_by_a_shell(devcloud: Devcloud) -> None:
    script = f'eval "$({sys.executable} -m govcloud devcloud env)"; printf %s "$OS_CLOUD $OS_CLIENT_CONFIG_FILE"'
    answer = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout == f"devcloud {devcloud.here.clouds_file}"
