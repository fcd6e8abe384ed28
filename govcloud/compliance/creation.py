"""Writing new files that pass every check, or none at all; nothing that stands is ever overwritten."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import string
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from govcloud.compliance.validation import Validation, validate
from govcloud.errors import ExitCode, UsageError
from govcloud.province.draft import Draft
from govcloud.province.kinds import schema_text
from govcloud.province.skeleton import province_files, request_text, schema_file
from govcloud.request.load import shown

_LETTERS: Final = string.digits + string.ascii_lowercase


def new_tenancy_id() -> str:
    """A fresh id; two in a thousand million are the same, and `plan` refuses one id in two files."""
    return "t-" + "".join(secrets.choice(_LETTERS) for _ in range(6))


def today() -> dt.date:
    """The day it is in China, whose days terms are made of."""
    return dt.datetime.now(ZoneInfo("Asia/Shanghai")).date()


def place_of(draft: Draft) -> Path:
    """Where the new request belongs: in the department's folder, outside of a repository right here."""
    name = f"{draft.answers['slug']}.{draft.answers['environment']}.yaml"
    if draft.repository and draft.short:
        return draft.repository.root / "departments" / draft.short / name
    return Path.cwd() / name


def create_request(draft: Draft, file: Path) -> Validation:
    """Write the request and validate it where it stands; what does not pass is taken away again."""
    root = draft.repository.root if draft.repository else file.parent
    schema = root / schema_file("request")
    text = request_text(
        draft.finished(new_tenancy_id()),
        schema=os.path.relpath(schema, file.parent),
        file=shown(file),
    )
    _write_new(file, text)
    try:
        found = validate(file, today())
    except BaseException:
        file.unlink()
        raise
    if found.exit_code != ExitCode.OK:
        file.unlink()
        return found
    schema.parent.mkdir(exist_ok=True)
    schema.write_text(schema_text("request"), "utf-8")
    return found


def create_province(folder: Path) -> list[Path]:
    """Write a small operator's repository into a folder; returns what was written."""
    files = {folder / name: text for name, text in province_files().items()}
    for file in files:
        if file.exists():
            raise UsageError("init.exists", file=shown(file))
    for file, text in files.items():
        _write_new(file, text)
    return list(files)


def _write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet; the check and the making are one step."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise UsageError("init.exists", file=shown(Path(error.filename or file))) from error
    except OSError as error:
        raise UsageError("init.unwritable", file=shown(file), reason=error.strerror or str(error)) from error
