"""A backup: all records in one file, each part with its digest."""

from __future__ import annotations

import getpass
import hashlib
import io
import json
import os
import re
import socket
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from govcloud import __version__
from govcloud.config import whole
from govcloud.engine.engine import refuse_other_passphrase
from govcloud.errors import GovcloudError, Locked, Problem, UsageError
from govcloud.plan.records import Records
from govcloud.store.bucket import stack_of
from govcloud.store.copying import COPIED, copy_out
from govcloud.store.notes import ENCRYPTED_WITH, noted
from govcloud.store.runs import ci_job, outcomes
from govcloud.store.store import now
from govcloud.store.tables import SCHEMA

KIND: Final = "govcloud/backup/v1"
MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.sha256"
# what a part may be called: nothing else is ever written to a machine
_PARTS: Final = re.compile(
    r"store/\w+\.json|engine/passphrase|engine/stacks/[\w.-]+/Pulumi\.[\w.-]+\.yaml"
    r"|state/\.pulumi/(meta\.yaml|stacks/[\w-]+/[\w.-]+\.json)"
)


class Manifest(BaseModel):
    """What a backup says of itself; `parts` are sha256 digests by name, `job` is the CI job that made it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    schema_: int
    store: str
    made: str
    by: str
    job: str
    version: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Summary:
    """What is worth telling of a backup; `sha256` is of the whole file."""

    sha256: str
    store: str
    made: str
    by: str
    job: str
    tenancies: int
    stacks: int


@dataclass(frozen=True)
class Backup:
    """A backup's parts by name, and what it says of itself."""

    manifest: Manifest
    parts: Mapping[str, bytes]
    sha256: str

    def below(self, prefix: str) -> Mapping[str, bytes]:
        """The parts whose names begin with this, without it."""
        return {name.removeprefix(prefix): part for name, part in self.parts.items() if name.startswith(prefix)}

    @property
    def summary(self) -> Summary:
        """What is worth telling."""
        kept = json.loads(self.parts["store/tenancies.json"])
        one = self.manifest
        living = sum(row["state"] != "ended" for row in kept)
        stacks = sum(bool(stack_of(name)) for name in self.below("state/"))
        return Summary(self.sha256, one.store, one.made, one.by, one.job, living, stacks)


class Damaged(GovcloudError):
    """A backup that is not what was written, with everything that is wrong."""

    def __init__(self, file: Path, problems: list[Problem]) -> None:
        super().__init__("records.damaged", file=file, count=len(problems))
        self._problems = tuple(problems)

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, part by part."""
        return self._problems


def back_up(records: Records, file: Path) -> Summary:
    """Write all records into a new file for this user's eyes only.

    Nobody is kept from working: where something changed while it was read, nothing is written and Locked is raised.
    """
    if file.exists():
        raise UsageError("records.file-exists", file=file)
    if not records.store.exists:
        raise GovcloudError("records.nothing")
    records.refuse_while_changing()
    before = outcomes(records.store)
    known = noted(records.store, ENCRYPTED_WITH)
    if known is not None:
        refuse_other_passphrase(records.passphrase, records.store.id, known)
    parts = {f"store/{name}.json": content for name, content in copy_out(records.store).items()}
    parts |= {f"state/{name}": content for name, content in records.state.read()}
    parts |= {f"engine/{name}": content for name, content in records.engine_files()}
    records.refuse_while_changing()
    if outcomes(records.store) != before:
        raise Locked("records.changed-meanwhile")
    manifest = Manifest(
        kind=KIND,
        schema_=SCHEMA,
        store=records.store.id,
        made=now().isoformat(timespec="seconds"),
        by=f"{_user()}@{socket.gethostname()}",
        job=ci_job(),
        version=__version__,
        parts={name: _digest(content) for name, content in sorted(parts.items())},
    )
    told = manifest.model_dump_json(indent=1).encode()
    _write(file, {MANIFEST: told, SEAL: _digest(told).encode(), **dict(sorted(parts.items()))})
    return read_backup(file).summary


def _user() -> str:
    """The system's user; containers often have none but a number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _write(file: Path, parts: Mapping[str, bytes]) -> None:
    try:
        with whole(file) as stream, tarfile.open(fileobj=stream, mode="w") as tar:
            for name, content in parts.items():
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(content), 0o600
                tar.addfile(entry, io.BytesIO(content))
    except OSError as error:
        raise UsageError("records.no-place", file=file, reason=error.strerror) from error


def read_backup(file: Path) -> Backup:
    """A backup, every part held against its digest; raises Damaged with all that is wrong."""
    content = _content(file)
    found = _unpacked(content)
    manifest = _manifest(found.pop(MANIFEST, b""), found.pop(SEAL, b""))
    if manifest is None:
        raise Damaged(file, [Problem("records.no-manifest", {"file": file})])
    if manifest.kind != KIND or manifest.schema_ != SCHEMA:
        raise GovcloudError("records.other-version", file=file, version=manifest.version)
    problems = [
        Problem("records.part-missing" if name not in found else "records.part-damaged", {"part": name})
        for name, digest in manifest.parts.items()
        if name not in found or _digest(found[name]) != digest
    ]
    problems += [Problem("records.part-foreign", {"part": name}) for name in found if not _belongs(name, manifest)]
    needed = {f"store/{table.name}.json" for table in COPIED}
    problems += [Problem("records.part-missing", {"part": name}) for name in sorted(needed - manifest.parts.keys())]
    if problems:
        raise Damaged(file, problems)
    return Backup(manifest, found, _digest(content))


def _manifest(told: bytes, seal: bytes) -> Manifest | None:
    if _digest(told).encode() != seal:
        return None
    try:
        return Manifest.model_validate_json(told)
    except ValidationError:
        return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _belongs(name: str, manifest: Manifest) -> bool:
    return name in manifest.parts and _PARTS.fullmatch(name) is not None and "/../" not in name


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError("records.no-file", file=file) from error


def _unpacked(content: bytes) -> dict[str, bytes]:
    """What can be read of a tar file, by name; the digests tell what is missing."""
    found: dict[str, bytes] = {}
    with suppress(tarfile.TarError, EOFError, OSError, ValueError), tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for entry in tar:
            part = tar.extractfile(entry)
            if part is not None:
                found[entry.name] = part.read()
    return found
