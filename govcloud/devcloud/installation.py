"""Which devcloud this is: every XDG data home has one of its own, with its own folders, ports and secrets.

Two users, or one user with two homes, are two installations; they share only the Debian packages.
"""

from __future__ import annotations

import getpass
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from govcloud.config import folders
from govcloud.devcloud.ports import choose_base, claimed, is_free
from govcloud.errors import GovcloudError

# Unix sockets may have no more than 107 characters in their path, and a home may be long or closed to others:
# so what the services keep lies here, not under the XDG data home.
SERVICE_DATA: Final = Path("/var/lib/govcloud")


@dataclass(frozen=True)
class Installation:
    """The folders, ports and secrets of one devcloud; nothing is made by looking."""

    id: str
    home: Path
    """Kept by this user: installation.json and clouds.yaml, both 0600."""
    logs: Path
    """One file per service."""
    cache: Path
    """The services' Python environments, rebuildable."""
    data: Path
    """What the services keep: the one folder outside the XDG folders."""
    owner: str
    ports: Mapping[str, int]
    secret: bytes = field(repr=False)

    @property
    def live(self) -> Path:
        """The state of the cloud now: databases, switches' tables, images, keys."""
        return self.data / "live"

    @property
    def etc(self) -> Path:
        """The services' configuration, written at every start."""
        return self.data / "etc"

    @property
    def run(self) -> Path:
        """Sockets, locks and temporary files; emptied before every start."""
        return self.data / "run"

    @property
    def lib(self) -> Path:
        """Our drivers for Nova and Cinder and the seed, copied at every start so that a checkout may move."""
        return self.data / "lib"

    @property
    def clouds_file(self) -> Path:
        """The credentials, for openstacksdk and Pulumi."""
        return self.home / "clouds.yaml"

    def port(self, name: str) -> int:
        """The TCP port on 127.0.0.1 that `name` listens on."""
        return self.ports[name]

    def password(self, name: str) -> str:
        """A password that only this installation knows, always the same for `name`."""
        return hmac.new(self.secret, name.encode(), hashlib.sha256).hexdigest()[:40]

    def log(self, service: str) -> Path:
        """Where the service's words go."""
        return self.logs / f"{service}.log"


def open_installation(port_names: tuple[str, ...], environment: Mapping[str, str] = os.environ) -> Installation:
    """This user's installation; its identity file is written at the first call, 0600.

    The ports are the names' positions counted from a base that is chosen once and remembered.
    """
    here = folders(environment)
    home = here.data.resolve() / "devcloud"
    identity = hashlib.sha256(str(home).encode()).hexdigest()[:8]
    kept = _read(home / "installation.json")
    if kept is None:
        kept = {"base": choose_base(identity, claimed(SERVICE_DATA), is_free), "secret": secrets.token_hex(32)}
        write_private(home / "installation.json", json.dumps(kept))
    base = int(str(kept["base"]))
    return Installation(
        id=identity,
        home=home,
        logs=here.state.resolve() / "devcloud" / "log",
        cache=here.cache.resolve() / "devcloud",
        data=SERVICE_DATA / identity,
        owner=getpass.getuser() if os.geteuid() else "root",
        ports={name: base + position for position, name in enumerate(port_names)},
        secret=bytes.fromhex(str(kept["secret"])),
    )


def _read(file: Path) -> dict[str, object] | None:
    try:
        kept = json.loads(file.read_text("utf-8"))
        return {"base": int(kept["base"]), "secret": bytes.fromhex(kept["secret"]).hex()}
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise GovcloudError("devcloud.identity-unreadable", file=file, reason=str(error)) from error


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read, never seen half written."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(file.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:  # noqa: PTH123
        stream.write(text)
    draft.replace(file)
