"""The words the table of services is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Ready = Callable[[], bool]


@dataclass(frozen=True)
class Service:
    """One supervised process: how it starts and how one sees that it answers."""

    name: str
    command: tuple[str, ...]
    ready: Ready
    """Does it answer? Asked again and again until it does."""
    needs: tuple[str, ...] = ()
    """Services that must answer first."""
    environment: Mapping[str, str] = field(default_factory=dict)
    root: bool = False
    """Runs as root, else as the person whose devcloud it is."""
    foundation: bool = False
    """Is started before the databases are made, for migrations need it."""
    port: int | None = None
    estimate: float = 5.0
    """Seconds until it answers on two quiet cores."""
    patience: int = 8
    """Seconds it is given to end by itself before it is killed."""


@dataclass(frozen=True)
class Task:
    """A command that runs once, while a new cloud is made."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    stdin: str = ""
    estimate: float = 5.0


@dataclass(frozen=True)
class Endpoint:
    """A line of Keystone's catalogue."""

    name: str
    type: str
    port: int
    path: str = ""

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://127.0.0.1:{self.port}{self.path}"


@dataclass(frozen=True)
class Component:
    """Everything one project brings along; a new one is one file in `services/` and one line in its table."""

    name: str
    services: tuple[Service, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    """Configuration: path below etc/ -> text."""
    folders: tuple[str, ...] = ()
    """Folders below live/ that must exist."""
    databases: tuple[str, ...] = ()
    prepare: tuple[Task, ...] = ()
    """Before any service runs."""
    migrate: tuple[Task, ...] = ()
    """Once the foundation runs, one after the other; components at the same time."""
    endpoints: tuple[Endpoint, ...] = ()
    user: str = ""
    """Name of its user in Keystone's service project."""
