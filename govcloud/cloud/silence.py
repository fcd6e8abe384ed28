"""Who kept silent a moment ago is not asked the same again: nobody waits twice for one silence."""

from __future__ import annotations

import time
from typing import Any, Final
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import Timeout

# for how many seconds a silence is remembered; who means to ask until there is an answer, does ask again
MEMORY: Final = 5.0


class Asking(HTTPAdapter):
    """Sends requests as ever, but none to a place, or below it, that did not answer less than MEMORY ago.

    The libraries above take a silence for a guess of theirs that was wrong, and try another one at the same service: to
    ask for its versions, to log in without them. Each try would take the whole `api_timeout`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._silent: dict[tuple[str, str], float] = {}

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """The answer; raises Timeout where there is none."""
        parts = urlsplit(request.url or "")
        host, path = str(parts.netloc), _folder(str(parts.path))
        for (other, above), since in tuple(self._silent.items()):
            if other == host and path.startswith(above) and time.monotonic() - since < MEMORY:
                raise Timeout(f"{host}{above} did not answer a moment ago", request=request)
        try:
            return super().send(request, *args, **options)
        except Timeout:
            self._silent[host, path] = time.monotonic()
            raise


def _folder(path: str) -> str:
    return f"{path.rstrip('/')}/"
