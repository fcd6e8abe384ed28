"""Nobody waits twice for one silence: what openstacksdk goes on to try at a silent service is not sent."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from requests.exceptions import ConnectionError as Refused
from requests.exceptions import Timeout

from govcloud.cloud import silence
from govcloud.cloud.connect import Cloud
from govcloud.cloud.silence import Asking
from govcloud.errors import TimedOut
from govcloud.text import say, use_language

# the SDK warns whoever makes an entry of something that nobody asked for
pytestmark = pytest.mark.filterwarnings("ignore:Support for InfluxDB")


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh")


@contextmanager
def _deaf() -> Iterator[tuple[int, list[bytes]]]:
    """A port where connections are taken and nothing is answered, and what was asked there."""
    asked: list[bytes] = []
    kept: list[socket.socket] = []

    def take() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:  # closed: the test is over
                return
            kept.append(connection)
            asked.append(connection.recv(1000).split(b"\r\n")[0])

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for one in kept:
            one.close()


def _ask(session: requests.Session, port: int, path: str) -> None:
    with pytest.raises(Timeout):
        session.get(f"http://127.0.0.1:{port}{path}", timeout=0.2)


def test_who_logs_in_at_a_silent_keystone_waits_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _deaf() as (port, asked):
        own = tmp_path / "clouds.yaml"
        own.write_text(
            f"clouds:\n  deaf:\n    api_timeout: 1\n    auth: {{auth_url: 'http://127.0.0.1:{port}/v3', username: u,"
            " password: p, project_name: p, user_domain_name: Default, project_domain_name: Default}\n"
        )
        monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(own))
        with pytest.raises(TimedOut) as error:
            Cloud("deaf").user_name()
    assert asked == [b"GET /v3 HTTP/1.1"], "and the login that is tried without knowing the versions is not sent"
    assert error.value.params["seconds"] == "1"
    assert f"seconds: http://127.0.0.1:{port}/v3" in say(error.value.code, **error.value.params), "which service it is"


@pytest.mark.parametrize(
    ("paths", "sent"),
    [
        (["/", "/v2.0/", "/v2.0/ports"], ["/"]),
        (["/v3/", "/v3/auth/tokens", "/v30/x"], ["/v3/", "/v30/x"]),
        # services may share a host: one that hangs is not all of them
        (["/volume/v3", "/volume/v3/pools", "/compute/v2.1"], ["/volume/v3", "/compute/v2.1"]),
        # one question that was too much is not all of them
        (["/v2.0/ports?project_id=a", "/v2.0/ports?project_id=b", "/v2.0/ports", "/v2.0/ports"],) * 2,
    ],
)
def test_below_a_silent_root_nothing_is_sent_and_all_else_is(paths: list[str], sent: list[str]) -> None:
    with requests.Session() as session, _deaf() as (port, asked):
        session.mount("http://", Asking())
        for path in paths:
            _ask(session, port, path)
    assert [line.split()[1].decode() for line in asked] == sent


def test_a_silence_is_soon_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks until there is an answer must reach a service that has come back."""
    monkeypatch.setattr(silence, "MEMORY", 0.3)
    with requests.Session() as session, _deaf() as (port, asked):
        session.mount("http://", Asking())
        for pause in (0, 0, 0.4):
            time.sleep(pause)
            _ask(session, port, "/v3")
    assert len(asked) == 2


def test_who_refuses_is_asked_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with requests.Session() as session:
        session.mount("http://", asking := Asking())
        for _ in range(2):
            with pytest.raises(Refused):
                session.get(f"http://127.0.0.1:{port}/v3", timeout=0.2)
    assert not asking._silent
