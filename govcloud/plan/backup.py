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
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from govcloud import __version__
from govcloud.config import whole
from govcloud.errors import GovcloudError, Locked, Problem, UsageError
from govcloud.plan.check import UNFINISHED, content_of, examine, faults
from govcloud.plan.records import Records
from govcloud.plan.trial import ENGINE, STATE, STORE, below, examine_parts
from govcloud.store.bucket import stack_of
from govcloud.store.copying import COPIED, copy_out
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
    """What is worth telling of a backup; `sha256` is of the whole file, `unfinished` what nobody had finished then."""

    sha256: str
    store: str
    made: str
    by: str
    job: str
    tenancies: int
    stacks: int
    unfinished: tuple[str, ...]


@dataclass(frozen=True)
class Backup:
    """A backup's parts by name, what it says of itself, and what was cut off when it was made."""

    manifest: Manifest
    parts: Mapping[str, bytes]
    sha256: str
    unfinished: tuple[str, ...]

    @property
    def summary(self) -> Summary:
        """What is worth telling."""
        kept = json.loads(self.parts[f"{STORE}tenancies.json"])
        one = self.manifest
        living = sum(row["state"] != "ended" for row in kept)
        stacks = sum(bool(stack_of(name)) for name in below(STATE, self.parts))
        return Summary(self.sha256, one.store, one.made, one.by, one.job, living, stacks, self.unfinished)


class Damaged(GovcloudError):
    """Records that cannot be used, in their place or in a backup, with everything that is wrong."""

    def __init__(self, code: str, problems: list[Problem], file: Path | None = None) -> None:
        super().__init__(code, count=len(problems), file=file)
        self._problems = tuple(problems)

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, part by part."""
        return self._problems


def back_up(records: Records, file: Path) -> Summary:
    """Write all records into a new file for this user's eyes only; raises Damaged where they could not be restored.

    Nobody is kept from working: where something changed while it was read, nothing is written and Locked is raised.
    What a dead run left is taken as it stands, for whoever restores it can finish it.
    """
    if file.exists():
        raise UsageError("records.file-exists", file=file)
    records.refuse_while_changing()
    before = outcomes(records.store) if records.store.exists else {}
    held = content_of(records)
    if not records.store.exists and not held.state:
        raise GovcloudError("records.nothing")
    wrong = faults(examine(held), "records.not-backed-up")
    if wrong:
        raise Damaged("records.refused", wrong)
    parts = {f"{STORE}{name}.json": content for name, content in copy_out(records.store, records.dead()).items()}
    parts |= {f"{STATE}{name}": content for name, content in held.state.items()}
    parts |= {f"{ENGINE}{name}": content for name, content in records.engine_files()}
    records.refuse_while_changing()
    # an engine may have outlived its run
    if outcomes(records.store) != before or dict(records.state.read()) != held.state:
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
    try:
        return read_backup(file).summary
    except GovcloudError:
        file.unlink()
        raise


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
    """A backup, every part held against its digest and against the others; raises Damaged with all that is wrong."""
    content = _content(file)
    found = _unpacked(content)
    manifest = _manifest(found.pop(MANIFEST, b""), found.pop(SEAL, b""))
    if manifest is None:
        raise Damaged("records.damaged", [Problem("records.no-manifest", {"file": file})], file)
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
        raise Damaged("records.damaged", problems, file)
    return Backup(manifest, found, _digest(content), _unfinished(file, found))


def _unfinished(file: Path, parts: Mapping[str, bytes]) -> tuple[str, ...]:
    """What was cut off when a backup was made; raises Damaged where its parts do not fit each other."""
    try:
        checks = examine_parts(parts)
    except GovcloudError as error:
        # where it was put up for a moment is nothing to tell
        told = [Problem(one.code, {**one.params, "url": file}) for one in error.problems()]
        raise Damaged("records.damaged", told, file) from error
    wrong = faults(checks, "records.misfit", file=file)
    if wrong:
        raise Damaged("records.damaged", wrong, file)
    cut_off = (str(one.params["names"]) for one in checks if one.name == UNFINISHED and not one.ok)
    return tuple(name for names in cut_off for name in names.split(", "))


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
    with (
        suppress(tarfile.TarError, EOFError, OSError, ValueError, zlib.error, LZMAError),
        tarfile.open(fileobj=io.BytesIO(content)) as tar,
    ):
        for entry in tar:
            # a link or a device is nothing that we wrote, whatever it leads to
            part = tar.extractfile(entry) if entry.isfile() else None
            found[entry.name] = part.read() if part else b""
    return found
