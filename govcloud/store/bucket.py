"""The engine's state without an engine: names and contents, in a folder or in a table of PostgreSQL.

Only the stacks are of interest. Locks belong to a moment, and what the engine keeps of older states nobody reads.
What dead engines left there can be removed without one, which would have to find the stack first.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Engine,
    Index,
    MetaData,
    Table,
    Text,
    delete,
    func,
    inspect,
    make_url,
    select,
)

from govcloud.config import address, hidden, private, space, whole
from govcloud.errors import GovcloudError
from govcloud.store.database import alone, connect, put

SETTING: Final = "state"
_META: Final = ".pulumi/meta.yaml"
_VERSION: Final = re.compile(rb"^version: *[1-9]", re.MULTILINE)
_STACKS: Final = ".pulumi/stacks/"
_OURS: Final = f"{_STACKS}govcloud/"
_LOCKS: Final = ".pulumi/locks/organization/govcloud"
# beside what is the engine's
_BEFORE: Final = "before"


class Bucket(Protocol):
    """Where the engine keeps its stacks, by a name that is the same everywhere."""

    @property
    def exists(self) -> bool:
        """Was anything ever written there?"""

    def make(self) -> None:
        """Make the place."""

    def read(self) -> Iterator[tuple[str, bytes]]:
        """Everything there is."""

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write these, over what has their name."""

    def fetch(self, stack: str) -> bytes | None:
        """A stack as an engine left it; None where there is none, and where an engine would read nothing."""

    def create(self, stack: str, content: bytes) -> None:
        """Make a stack of this content, unless there is one."""

    def clear(self, stack: str) -> None:
        """Remove the locks and drafts of engines that are dead from a stack, if it is there or not; where one of them
        cut it short, put back what it was before.
        """

    def keeping(self, stack: str) -> AbstractContextManager[None]:
        """Keep a stack as it is while an engine writes another, until the block has come to its end."""

    def is_cut(self, stack: str) -> bool:
        """Was a stack cut short by an engine, so that what counts is what it was before?"""

    def space(self) -> int | None:
        """How many bytes may still be written there; None where nobody can tell."""


def open_bucket(backend: str) -> Bucket:
    """The bucket at the engine's address; nothing is made yet. Raises GovcloudError for a kind we cannot copy."""
    if backend.startswith("file://"):
        return Folder(Path(backend.removeprefix("file://")))
    if address(SETTING, backend).startswith(("postgres://", "postgresql")):
        url = make_url(backend)
        name = url.query.get("table", "pulumi_state")
        bare = url.difference_update_query(["table"]).render_as_string(hide_password=False)
        return Rows(connect(bare, SETTING), str(name), f"{url.database}/" if url.database else "")
    raise GovcloudError("store.state-elsewhere", address=hidden(backend))


def stack_of(name: str) -> str:
    """The stack that a content of a bucket is, or an empty string."""
    return name.rpartition("/")[2].removesuffix(".json") if name.startswith(_STACKS) else ""


def unversioned(contents: Mapping[str, bytes]) -> Iterator[str]:
    """What of a bucket tells the engine no version, as it should; an engine reads nothing there then.

    The engine puts it in place without waiting for the disk: when the power fails it may be empty. Where it is missing
    altogether the engine writes it anew.
    """
    if not _VERSION.search(contents.get(_META, b"version: 1")):
        yield _META


def _is_whole(content: bytes) -> bool:
    """Is it the whole of a stack's file? JSON has an end."""
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


def _counts(name: str) -> bool:
    return name == _META or (name.startswith(_STACKS) and name.endswith(".json"))


@dataclass(frozen=True)
class Folder:
    """The engine's state in files.

    On a disk that is full an engine puts half a file in the place of the whole one, and copies that over its own copy
    of it. So while it writes a copy of ours lies beside, of the stack as it was before; where the stack is cut short
    that is the one that counts. What was built since the engine's successor finds as after an engine that died.
    """

    root: Path

    @property
    def exists(self) -> bool:
        """Was anything ever written there?"""
        return (self.root / ".pulumi").exists()

    def make(self) -> None:
        """Make the place."""
        private(self.root)

    def read(self) -> Iterator[tuple[str, bytes]]:
        """Everything there is."""
        for file in sorted((self.root / ".pulumi").rglob("*")):
            name = str(file.relative_to(self.root))
            if _counts(name):
                yield name, self._standing(stack_of(name), file.read_bytes())

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write these, over what has their name."""
        for name, content in contents.items():
            private((self.root / name).parent)
            with whole(self.root / name) as stream:
                stream.write(content)

    def fetch(self, stack: str) -> bytes | None:
        """A stack as an engine left it; None where there is none, and where an engine would read nothing."""
        try:
            version, content = (self.root / _META).read_bytes(), (self.root / f"{_OURS}{stack}.json").read_bytes()
        except FileNotFoundError:
            return None
        return self._standing(stack, content) if _VERSION.search(version) else None

    def create(self, stack: str, content: bytes) -> None:
        """Make a stack of this content, unless there is one."""
        file = self._file(stack)
        private(file.parent)
        with suppress(FileExistsError), whole(file, over=False) as stream:
            stream.write(content)

    def clear(self, stack: str) -> None:
        """Remove the locks of engines that are dead and the drafts they left; put back what they cut short."""
        self._put_back(stack)
        lying = [*(self.root / _LOCKS / stack).glob("*"), *(self.root / _STACKS).glob(f"*/{stack}.json*.tmp")]
        for file in lying:
            file.unlink(missing_ok=True)

    @contextmanager
    def keeping(self, stack: str) -> Iterator[None]:
        """Keep a stack as it is while an engine writes another, until the block has come to its end."""
        self._put_back(stack)
        here, before = self._file(stack), self._before(stack)
        with suppress(FileNotFoundError):
            content = here.read_bytes()
            if _is_whole(content):
                private(before.parent)
                with whole(before) as stream:
                    stream.write(content)
        yield
        self._settle(stack)

    def is_cut(self, stack: str) -> bool:
        """Was a stack cut short by an engine, so that what counts is what it was before?"""
        with suppress(FileNotFoundError):
            return self._before(stack).exists() and not _is_whole(self._file(stack).read_bytes())
        return False

    def space(self) -> int | None:
        """How many bytes may still be written there; None where nobody can tell."""
        return space(self.root)

    def size(self, tenancy: str) -> int:
        """How many bytes the stacks of a tenancy take."""
        return sum(file.stat().st_size for file in (self.root / _OURS).glob(f"{tenancy}.*.json"))

    def _put_back(self, stack: str) -> None:
        """Where a stack was cut short, make it what it was before; of one that was not our copy is of no use."""
        if self.is_cut(stack):
            with whole(self._file(stack)) as stream:
                stream.write(self._before(stack).read_bytes())
        self._settle(stack)

    def _settle(self, stack: str) -> None:
        """A stack is as it is to be: our copy goes when that is on the disk, for which the engine does not wait."""
        before = self._before(stack)
        if before.exists():
            with suppress(FileNotFoundError), self._file(stack).open("rb") as written:
                os.fsync(written.fileno())
            before.unlink(missing_ok=True)

    def _standing(self, stack: str, content: bytes) -> bytes:
        """What counts of a stack whose file has this content."""
        with suppress(FileNotFoundError):
            before = self._before(stack).read_bytes()
            return content if _is_whole(content) else before
        return content

    def _file(self, stack: str) -> Path:
        return self.root / f"{_OURS}{stack}.json"

    def _before(self, stack: str) -> Path:
        return self.root / _BEFORE / f"{stack}.json"


@dataclass(frozen=True)
class Rows:
    """The engine's state in PostgreSQL, as the engine's own schema has it."""

    engine: Engine
    name: str
    prefix: str

    @property
    def exists(self) -> bool:
        """Was anything ever written there?"""
        return inspect(self.engine).has_table(self.name)

    def make(self) -> None:
        """Make the table. Engines make it themselves, but several that start at once trip over each other."""
        if not self.exists:
            with alone(self.engine):
                self._table.metadata.create_all(self.engine)

    def read(self) -> Iterator[tuple[str, bytes]]:
        """Everything there is."""
        if not self.exists:
            return
        table = self._table
        with self.engine.connect() as connection:
            for row in connection.execute(select(table.c.key, table.c.data).order_by(table.c.key)):
                name = str(row.key).removeprefix(self.prefix)
                if str(row.key).startswith(self.prefix) and _counts(name):
                    yield name, base64.b64decode(row.data["data"])

    def fetch(self, stack: str) -> bytes | None:
        """A stack as an engine left it; None where there is none, and where an engine would read nothing."""
        if not self.exists:
            return None
        table, names = self._table, (f"{self.prefix}{_META}", f"{self.prefix}{_OURS}{stack}.json")
        with self.engine.connect() as connection:
            rows = connection.execute(select(table.c.key, table.c.data).where(table.c.key.in_(names)))
            version, content = map({row.key: base64.b64decode(row.data["data"]) for row in rows}.get, names)
        return content if version and _VERSION.search(version) else None

    def create(self, stack: str, content: bytes) -> None:
        """Make a stack of this content, unless there is one."""
        self.make()
        table, name = self._table, f"{_OURS}{stack}.json"
        with self.engine.begin() as connection:
            if connection.execute(select(table.c.key).where(table.c.key == f"{self.prefix}{name}")).first() is None:
                put(connection, table, [self._row(name, content)])

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write these, over what has their name."""
        self.make()
        with self.engine.begin() as connection:
            put(connection, self._table, [self._row(name, content) for name, content in contents.items()])

    def _row(self, name: str, content: bytes) -> dict[str, Any]:
        return {"key": f"{self.prefix}{name}", "data": {"data": base64.b64encode(content).decode()}}

    def keeping(self, stack: str) -> AbstractContextManager[None]:
        """A row is replaced whole or not at all."""
        del stack
        return nullcontext()

    def is_cut(self, stack: str) -> bool:
        """None is."""
        del stack
        return False

    def space(self) -> int | None:
        """The server does not say."""
        return None

    def clear(self, stack: str) -> None:
        """Remove the locks of engines that are dead; there are no drafts in a table."""
        if self.exists:
            table = self._table
            locks = table.c.key.startswith(f"{self.prefix}{_LOCKS}/{stack}/", autoescape=True)
            with self.engine.begin() as connection:
                connection.execute(delete(table).where(locks))

    @property
    def _table(self) -> Table:
        return Table(
            self.name,
            MetaData(),
            Column("key", Text, primary_key=True),
            Column("data", JSON, nullable=False),
            Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
            Index(f"{self.name}_key_prefix_idx", "key", postgresql_ops={"key": "text_pattern_ops"}),
        )
