"""A service that kept silent a moment ago is not asked on: nobody waits twice for one silence."""

from __future__ import annotations

import re
import time
from typing import Any, Final
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import Timeout

# for how many seconds a silence is remembered; who means to ask until there is an answer, does ask again
MEMORY: Final = 5.0
# where a service tells its versions: if it does not do that, it does nothing
_ROOT: Final = re.compile(r"(.*/v\d+(\.\d+)?)?/?")


class Asking(HTTPAdapter):
    """Sends requests as ever, but none to a service that did not tell its versions when asked less than MEMORY ago.

    The libraries above take that silence for a wrong guess of theirs and go on at the same service: to log in without
    the versions, to ask for those of another path. Each try would take the whole `api_timeout`. One question of
    another kind that was not answered keeps nothing back: who asks for the next tenancy may be answered.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._silent: dict[tuple[str, str], float] = {}

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """The answer; raises Timeout where there is none."""
        parts = urlsplit(request.url or "")
        host, path = str(parts.netloc), str(parts.path) or "/"
        for (other, above), since in tuple(self._silent.items()):
            if other == host and _below(path, above) and time.monotonic() - since < MEMORY:
                raise Timeout(f"{host}{above} did not answer a moment ago", request=request)
        try:
            return super().send(request, *args, **options)
        except Timeout:
            if request.method == "GET" and not parts.query and _ROOT.fullmatch(path):
                self._silent[host, path] = time.monotonic()
            raise


def _below(path: str, above: str) -> bool:
    return f"{path.rstrip('/')}/".startswith(f"{above.rstrip('/')}/")
