"""A proxy in front of every service of a cloud: it records each request, and spoils one of them when told to.

One loopback port stands for each port of the cloud, so that a second set of catalogue endpoints leads all clients
through here, the provider too, which no HTTP_PROXY reaches on loopback.
"""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

READS: Final = ("GET", "HEAD", "OPTIONS")
LOGIN: Final = ("POST", "/v3/auth/tokens")
# a service may think this long about one request
PATIENCE: Final = 300


@dataclass(frozen=True)
class Recorded:
    """One request as it went by; `project` is what the token's login named, `status` 0 where nobody was answered."""

    service: str
    method: str
    path: str
    agent: str
    project: str
    status: int
    moment: float
    spoiled: bool = False

    @property
    def client(self) -> str:
        """Who asked: `sdk` (openstacksdk), `provider` (Terraform's, on gophercloud), else the words it uses."""
        if "openstacksdk" in self.agent:
            return "sdk"
        return "provider" if "gophercloud" in self.agent else self.agent

    @property
    def mutating(self) -> bool:
        """May it change anything? A login does not."""
        return self.method not in READS and (self.method, self.path) != LOGIN


@dataclass(frozen=True)
class Reply:
    """A service's answer."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Exchange:
    """One request in our hands: it may be forwarded, answered, left unanswered or cut off."""

    def __init__(self, handler: _Handler) -> None:
        self._handler = handler
        self.method, self.path = handler.command, handler.path
        length = int(handler.headers.get("Content-Length") or 0)
        self._body = handler.rfile.read(length)
        self.whole = len(self._body) == length
        self.status = 0

    def forward(self) -> Reply:
        """Let the service do it, and keep its answer."""
        headers = self._handler.headers
        link = http.client.HTTPConnection("127.0.0.1", self._handler.server.upstream, timeout=PATIENCE)
        try:
            link.putrequest(self.method, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                if name.lower() not in ("connection", "keep-alive", "transfer-encoding"):
                    link.putheader(name, value)
            link.endheaders(self._body or None)
            answer = link.getresponse()
            body = answer.read()
        finally:
            link.close()
        skipped = ("connection", "transfer-encoding", "content-length", "keep-alive")
        kept = tuple((name, value) for name, value in answer.getheaders() if name.lower() not in skipped)
        if self.method == "POST" and answer.status < 300:
            self._handler.server.proxy.born.update(_ids(body))
        return Reply(answer.status, kept, body)

    def answer(self, reply: Reply) -> None:
        """Give the client an answer, the service's or one of our own."""
        self.status = reply.status
        handler = self._handler
        handler.send_response_only(reply.status)
        for name, value in reply.headers:
            handler.send_header(name, value)
        if reply.status not in (204, 304):
            handler.send_header("Content-Length", str(len(reply.body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        if self.method != "HEAD":
            handler.wfile.write(reply.body)

    def cut(self) -> None:
        """Reset the connection, as when a cable is pulled or a load balancer dies."""
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.connection.close()

    def hang(self) -> None:
        """Say nothing until the client gives up, or the proxy ends."""
        link = self._handler.connection
        link.settimeout(0.2)
        while not self._handler.server.proxy.closing.is_set():
            with suppress(TimeoutError):
                if link.recv(1) == b"":
                    return


def _ids(body: bytes) -> Iterator[str]:
    """The ids of what a service says it made: `{"network": {"id": ...}}`."""
    said = json.loads(body or b"null")
    for made in said.values() if isinstance(said, dict) else ():
        if isinstance(made, dict) and isinstance(made.get("id"), str):
            yield made["id"]


Fault = Callable[[Exchange], None]


@dataclass
class Trap:
    """A fault for the `number`-th mutating request (of `client`, to `service`, where given); `struck` when it came."""

    fault: Fault
    number: int
    client: str = ""
    service: str = ""
    seen: int = 0
    struck: threading.Event = field(default_factory=threading.Event)
    victim: str = ""

    def springs(self, request: Recorded) -> bool:
        """Is this the one?"""
        wanted = self.client in ("", request.client) and self.service in ("", request.service)
        if not request.mutating or not wanted:
            return False
        self.seen += 1
        if self.seen != self.number:
            return False
        self.victim = f"{request.client} {request.method} {request.service} {request.path}"
        self.struck.set()
        return True


class Proxy:
    """`services` names the service behind each port of the cloud; `ports` says where we stand for it.

    `born` are the ids of everything that came into being through here, also where the answer never reached anybody.
    """

    def __init__(self, services: Mapping[int, str]) -> None:
        self.requests: list[Recorded] = []
        self.born: set[str] = set()
        self.closing = threading.Event()
        self._projects: dict[str, str] = {}
        self._trap: Trap | None = None
        self._lock = threading.Lock()
        self._servers = [_Server(self, service, port) for port, service in services.items()]
        self.ports: Mapping[int, int] = {server.upstream: server.server_port for server in self._servers}
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop; whoever hangs is let go."""
        self.closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def set(self, fault: Fault, number: int, client: str = "", service: str = "") -> Trap:
        """Spoil the `number`-th mutating request from now on."""
        with self._lock:
            self._trap = Trap(fault, number, client, service)
            return self._trap

    def clear(self) -> None:
        """Spoil nothing any more."""
        with self._lock:
            self._trap = None

    @contextmanager
    def recording(self) -> Iterator[list[Recorded]]:
        """What goes by while the block runs; the list is filled when it ends."""
        seen: list[Recorded] = []
        start = len(self.requests)
        yield seen
        seen.extend(self.requests[start:])

    def handle(self, handler: _Handler) -> None:
        """Take one request through: forwarded, or spoiled."""
        exchange, server = Exchange(handler), handler.server
        agent, token = handler.headers.get("User-Agent", ""), handler.headers.get("X-Auth-Token", "")
        path = exchange.path.partition("?")[0] if exchange.path.startswith(LOGIN[1]) else exchange.path
        project = self._projects.get(token, "")
        request = Recorded(server.service, exchange.method, path, agent, project, 0, time.monotonic())
        with self._lock:
            fault = self._trap.fault if self._trap and exchange.whole and self._trap.springs(request) else None
        try:
            if fault is not None:
                fault(exchange)
            elif exchange.whole:
                self._pass_on(exchange, request)
            else:
                # the rest of the body never came: no service would act on it
                exchange.cut()
        except OSError:
            pass  # the client went away, or the service did: neither is answered
        finally:
            seen = {**vars(request), "status": exchange.status, "spoiled": fault is not None}
            with self._lock:
                self.requests.append(Recorded(**seen))

    def _pass_on(self, exchange: Exchange, request: Recorded) -> None:
        reply = exchange.forward()
        if (request.method, request.path) == LOGIN and reply.status == 201:
            token = next(value for name, value in reply.headers if name.lower() == "x-subject-token")
            self._projects[token] = json.loads(reply.body)["token"].get("project", {}).get("name", "")
        exchange.answer(reply)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, proxy: Proxy, service: str, upstream: int) -> None:
        self.proxy, self.service, self.upstream = proxy, service, upstream
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle(self) -> None:
        # a client may reset its connection whenever it likes
        with suppress(OSError, ValueError):
            super().handle()

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()

    def _take(self) -> None:
        self.close_connection = True
        self.server.proxy.handle(self)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _take  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in http.server
        del format, args
