"""Packets on OVN's logical pipeline, as `ovn-trace` follows them.

A trace whose packet is malformed prints nothing and looks like isolation: whoever asserts that something does not pass
must show the same packet passing once its flow is open.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from tests.cloud.conftest import Devcloud
from tests.cloud.isolation.wiring import Known, Packet

_OUTPUT: Final = re.compile(r'output\("([^"]+)"\)')
_SOURCE: Final = re.compile(r"\bip4\.src ?= ?([\d.]+)")
# what a router or switch says by itself is not the packet
_ANSWERS: Final = ("arp", "icmp4", "tcp_reset", "reject", "nd_ns")


@dataclass(frozen=True)
class Landing:
    """The logical ports a packet leaves the pipeline by, and its source address by then."""

    ports: frozenset[str]
    source: IPv4Address


class Pipeline:
    """The logical flows of one moment; whatever changes later is seen by the next one only."""

    def __init__(self, control: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(control))
        self._socket.settimeout(30)

    def follow(self, packet: Packet) -> Landing:
        """Where a packet ends. Fails for a packet that `ovn-trace` does not understand."""
        told = self.ask("trace", "--minimal", packet.flow)
        assert told.startswith("# "), f"{packet.flow}: {told}"
        return landing(told, packet.source)

    def end(self) -> None:
        """End the tracer."""
        self.ask("exit")
        self._socket.close()

    def ask(self, method: str, *params: str) -> str:
        """One command of the tracer."""
        self._socket.sendall(json.dumps({"id": 0, "method": method, "params": params}).encode())
        answer = b""
        while True:
            answer += self._socket.recv(65536)
            try:
                told = json.loads(answer)
            except ValueError:
                continue
            assert told["error"] is None, told
            return str(told["result"])


def landing(told: str, source: IPv4Address) -> Landing:
    """What the minimal form of a trace says."""
    inside: list[bool] = []
    ports = set()
    for line in map(str.strip, told.splitlines()):
        if line.startswith("}"):
            inside.pop()
            continue
        if line.endswith("{"):
            inside.append(line.startswith(_ANSWERS))
        if any(inside):
            continue
        ports |= set(_OUTPUT.findall(line))
        for changed in _SOURCE.findall(line):
            source = IPv4Address(changed)
    return Landing(frozenset(ports), source)


@contextmanager
def pipeline(devcloud: Devcloud, known: Iterable[Known]) -> Iterator[Pipeline]:
    """The pipeline as it is now, all that Neutron wrote worked in, when routers have heard of those they know."""
    northbound, southbound = devcloud.variables["OVN_NB_DB"], devcloud.variables["OVN_SB_DB"]
    _run("ovn-nbctl", f"--db={northbound}", "--timeout=60", "--wait=hv", "sync")
    for one in known:
        _introduce(southbound, one)
    with tempfile.TemporaryDirectory(prefix="govcloud-trace-") as folder:
        control = Path(folder) / "ctl"
        _run(
            *("ovn-trace", f"--db={southbound}", "--no-friendly-names", "--detach", "--no-chdir"),
            *(f"--unixctl={control}", f"--pidfile={folder}/pid", f"--log-file={folder}/log"),
        )
        opened = Pipeline(control)
        try:
            yield opened
        finally:
            opened.end()


def first_packet(devcloud: Devcloud, packet: Packet) -> Landing:
    """The same for the first packet of a connection, by a tracer of its own: slower, and the daemon cannot say it.

    The daemon takes every packet for one of a connection that is known. Rules are asked for those as well, or a rule
    that is taken away would not cut what it had let in.
    """
    database = f"--db={devcloud.variables['OVN_SB_DB']}"
    new = ["--ct=new"] * 8
    return landing(_run("ovn-trace", database, "--no-friendly-names", "--minimal", *new, packet.flow), packet.source)


def _introduce(southbound: str, known: Known) -> None:
    """As if it had answered the router: nobody plays the zone's gateway here, and no packet is really sent.

    Neutron has such knowledge forgotten after five minutes.
    """
    what = (f"logical_port={known.leg}", f"ip={known.address}")
    find = ("--bare", "--columns=_uuid", "find", "MAC_Binding", *what)
    for old in _run("ovn-sbctl", f"--db={southbound}", *find).split():
        _run("ovn-sbctl", f"--db={southbound}", "--if-exists", "destroy", "MAC_Binding", old)
    where = ("--bare", "--columns=datapath", "find", "Port_Binding", f"logical_port={known.leg}")
    router = _run("ovn-sbctl", f"--db={southbound}", *where).strip()
    rest = (f'mac="{known.link}"', f"datapath={router}", f"timestamp={int(time.time() * 1000)}")
    _run("ovn-sbctl", f"--db={southbound}", "create", "MAC_Binding", *what, *rest)


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout
