"""Where the engine keeps its state: a folder, a database, a bucket."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final
from urllib.parse import unquote, urlsplit

from govcloud.config import address, encrypted

# what of the person's environment leads to a PostgreSQL; its password goes another way
_LEADING: Final = "PG"
_SECRET: Final = "PGPASSWORD"  # noqa: S105 - a name


def backend_environment(backend: str, folder: Path) -> Mapping[str, str]:
    """The variables that lead an engine to its state; `folder` is the run's own.

    What is in an environment is seen by every child, and an engine that cannot open its state prints the address. So a
    password goes into a file of the run, as PostgreSQL's own clients read it.
    """
    if backend.startswith("file://"):
        # else each file has a second one beside it with its attributes, that is not put in place whole: an engine that
        # is killed in that moment leaves an empty one, and no engine reads such a state any more
        return {"PULUMI_BACKEND_URL": f"{backend}?metadata=skip"}
    if not re.match(r"postgres(ql)?(\+\w+)?://", address("state", backend)):
        return {"PULUMI_BACKEND_URL": backend}
    bare, password = _parted(encrypted(backend))
    found = {name: value for name, value in os.environ.items() if name.startswith(_LEADING) and name != _SECRET}
    password = password or os.environ.get(_SECRET, "")
    if password:
        found["PGPASSFILE"] = str(_write(folder / "pgpass", password))
    return {**found, "PULUMI_BACKEND_URL": bare}


def _parted(backend: str) -> tuple[str, str]:
    """The address as the engine knows it, and the password that stood in it."""
    parts = urlsplit(backend)
    user, _, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    query = [one for one in parts.query.split("&") if one and not one.startswith("password=")]
    asked = next((one.partition("=")[2] for one in parts.query.split("&") if one.startswith("password=")), "")
    bare = f"postgres://{name}@{host}" if name else f"postgres://{host}"
    return f"{bare}{parts.path}{'?' if query else ''}{'&'.join(query)}", unquote(password or asked)


def _write(file: Path, password: str) -> Path:
    """A password file for any database; it appears whole, for several engines start at once."""
    escaped = re.sub(r"([\\:])", r"\\\1", password)
    with NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as draft:
        draft.write(f"*:*:*:*:{escaped}\n")
    Path(draft.name).replace(file)
    return file
