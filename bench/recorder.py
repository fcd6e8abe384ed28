"""A proxy in front of every service that writes down each request, for whoever speaks to the cloud through it.

Clients reach it by its own Keystone address alone: in the answers that pass, the catalogue's among them, the services'
addresses are replaced by the proxy's. So nothing in the cloud is changed, and others who use it meanwhile are not
counted. It runs as a process of its own, so that it takes no turns with a client's threads:

    python bench/recorder.py LOG PORT=SERVICE PORT=SERVICE ...
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

# services of a devcloud that clients speak to
SERVICES: Final = ("keystone", "placement", "glance", "neutron", "nova", "cinder")


@dataclass(frozen=True)
class Call:
    """One request: when it came and when its answer was passed on (time.monotonic), and what it was."""

    start: float
    end: float
    service: str
    method: str
    path: str
    status: int


@dataclass(frozen=True)
class Recorder:
    """A running recorder; `ports` are its own, by service."""

    log: Path
    ports: Mapping[str, int]

    def calls(self, since: float, until: float) -> list[Call]:
        """The requests that came in a span of time."""
        read = [Call(**json.loads(line)) for line in self.log.read_text("utf-8").splitlines()]
        return sorted((call for call in read if since <= call.start <= until), key=lambda call: call.start)


@contextmanager
def recording(services: Mapping[str, int], log: Path) -> Iterator[Recorder]:
    """Run a recorder in front of the services (name to port) while the block runs."""
    own = dict(zip(services, _free_ports(len(services)), strict=True))
    pairs = [f"{own[name]}={name}:{port}" for name, port in services.items()]
    log.touch()
    # out of a Ctrl-C's reach: what was built is taken away through it
    process = subprocess.Popen(
        [sys.executable, __file__, str(log), *pairs], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", "the recorder did not start"
        yield Recorder(log, own)
    finally:
        process.terminate()
        process.wait()


def _free_ports(count: int) -> list[int]:
    """Ports nobody listens on; as long as the services' own, so that an answer keeps its length."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, service: str, port: int, swap: Mapping[bytes, bytes]
) -> Call:
    """One request and its answer; the services close every connection after one."""
    head = await reader.readuntil(b"\r\n\r\n")
    start = time.monotonic()
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    there, back = await asyncio.open_connection("127.0.0.1", port), writer
    there[1].write(head + await reader.readexactly(length))
    answer = await there[0].read(-1)
    there[1].close()
    for theirs, ours in swap.items():
        answer = answer.replace(theirs, ours)
    back.write(answer)
    await back.drain()
    method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
    status = int(answer.split(b" ", 2)[1]) if answer else 0
    return Call(start, time.monotonic(), service, method, path, status)


async def _serve(log: TextIO, own: Mapping[int, tuple[str, int]]) -> None:
    swap = {f"127.0.0.1:{port}".encode(): f"127.0.0.1:{mine}".encode() for mine, (_, port) in own.items()}

    def start(mine: int) -> asyncio.Future[asyncio.Server]:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                call = await _pass_on(reader, writer, *own[mine], swap)
                log.write(json.dumps(vars(call)) + "\n")
                log.flush()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass  # a client that asked for nothing, or went
            finally:
                writer.close()

        return asyncio.ensure_future(asyncio.start_server(handle, "127.0.0.1", mine, backlog=128))

    await asyncio.gather(*(start(mine) for mine in own))
    print("ready", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Serve until terminated."""
    log, *pairs = sys.argv[1:]
    own = {}
    for pair in pairs:
        mine, _, theirs = pair.partition("=")
        service, _, port = theirs.partition(":")
        own[int(mine)] = (service, int(port))
    with Path(log).open("a", encoding="utf-8") as stream:
        asyncio.run(_serve(stream, own))


if __name__ == "__main__":
    main()
