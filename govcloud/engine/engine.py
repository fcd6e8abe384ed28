"""Where and with what the engine runs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from govcloud.config import folders, private, whole
from govcloud.engine.backend import backend_environment
from govcloud.errors import GovcloudError

# what belongs to our stacks on a machine, in the engine's folder
PASSPHRASE: Final = "passphrase"  # noqa: S105 - the name of its file
STACKS: Final = "stacks"
PROJECT: Final = "govcloud"
RUN: Final = "GOVCLOUD_RUN"
# what of the person's environment an engine may see; nothing of OS_* or PULUMI_* is among it
_INHERITED: Final = (
    "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip


@dataclass(frozen=True)
class Engine:
    """A pulumi and everything it needs to run here.

    `lay_out` is the toolchain's: it makes a folder a home for engines, where they find the provider, and tells the
    environment that leads there. `folder` holds what belongs to our stacks on this machine (settings, passphrase),
    `backend` is where their state is; `begun` says whether there is any, for an engine that is asked makes some.
    `fetch` gives a stack as an engine left it, `create` makes one of this content unless it is there, `clear` removes
    what dead ones left lying around it, `keeping` keeps it as it is while another is written, `is_cut` says whether
    that was cut short, and `space` how many bytes may be written still: where others than an engine know the way there.
    `provider` is the program that speaks with the cloud.
    """

    command: Path
    provider: Path
    version: str
    lay_out: Callable[[Path], Mapping[str, str]]
    folder: Path
    backend: str = field(repr=False)  # may hold a password
    begun: Callable[[], bool] = field(default=lambda: True, repr=False)
    fetch: Callable[[str], bytes | None] = field(default=lambda _: None, repr=False)
    create: Callable[[str, bytes], None] | None = field(default=None, repr=False)
    clear: Callable[[str], None] | None = field(default=None, repr=False)
    keeping: Callable[[str], AbstractContextManager[None]] = field(default=lambda _: nullcontext(), repr=False)
    is_cut: Callable[[str], bool] = field(default=lambda _: False, repr=False)
    space: Callable[[], int | None] = field(default=lambda: None, repr=False)

    @property
    def passphrase(self) -> Path:
        """The file with the passphrase that encrypts secrets in the state."""
        return self.folder / PASSPHRASE

    def workspace(self, stack: str) -> Path:
        """The folder with a stack's settings; they hold the salt of its secrets and must outlive a run."""
        return self.folder / STACKS / stack

    def environment(self, clouds: Path, run: str) -> Mapping[str, str]:
        """The whole environment of an engine process; `clouds` is the clouds.yaml of our run `run`.

        It holds no secret: passwords and the passphrase are in files that it names. An engine's home is its run's and
        goes with it, for engines write logs there.
        """
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return {
            **inherited,
            "PATH": os.environ.get("PATH", os.defpath),
            **self.lay_out(clouds.parent / "home"),
            **backend_environment(self.backend, clouds.parent),
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.passphrase),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            # the salt is in the settings; should they be lost, the state's own copy serves (pulumi #17236)
            "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
            # a backup file for every run would grow without end; the store keeps its own copies
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
            "OS_CLIENT_CONFIG_FILE": str(clouds),
            # by this the processes of a dead run are found, the provider's too, which outlives its engine
            RUN: run,
        }


def prepare(engine: Engine) -> None:
    """Make the engine's folder and passphrase, for this user's eyes only; does nothing where they stand.

    An empty passphrase is none: a full disk or a copy that was cut off leaves such a file, and it is written anew.
    """
    private(engine.folder)
    if engine.backend.startswith("file://"):
        private(Path(engine.backend.removeprefix("file://")))
    if not engine.passphrase.exists():
        # whoever makes one at the same time makes the same: the first stays
        with suppress(FileExistsError):
            _write_passphrase(engine.passphrase, over=False)
    if not engine.passphrase.stat().st_size:
        with engine.passphrase.open("r+b") as empty:
            fcntl.flock(empty, fcntl.LOCK_EX)
            # another may have waited for the same lock
            if not engine.passphrase.stat().st_size:
                _write_passphrase(engine.passphrase, over=True)


def _write_passphrase(file: Path, *, over: bool) -> None:
    with whole(file, over=over) as stream:
        stream.write(secrets.token_urlsafe(32).encode())


def fingerprint(passphrase: Path, salt: str) -> str:
    """What tells one passphrase from another and gives none away; empty where there is none."""
    try:
        return fingerprint_of(passphrase.read_bytes(), salt)
    except FileNotFoundError:
        return ""


def fingerprint_of(passphrase: bytes, salt: str) -> str:
    """The fingerprint of a passphrase that is no file; an empty one opens everything and is none."""
    if not passphrase:
        return ""
    return hashlib.scrypt(passphrase, salt=salt.encode(), n=2**14, r=8, p=1, dklen=16).hex()


def refuse_other_passphrase(passphrase: Path, store: str, known: str) -> None:
    """Raise GovcloudError unless this is the passphrase that the state of a store is encrypted with, by `known`."""
    mine = fingerprint(passphrase, store)
    if mine != known:
        code = "engine.other-passphrase" if mine else "engine.no-passphrase"
        raise GovcloudError(code, file=passphrase, store=store)


def engine_folder() -> Path:
    """Where the engine's things are on this machine."""
    return folders().state / "engine"
