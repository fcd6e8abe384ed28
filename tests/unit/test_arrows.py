"""Who may import whom: the arrows of ARCHITECTURE.md, read from the code's own import statements."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OPEN = {"errors", "text", "config", "events", "stopping"}
ROOMS: dict[str, set[str]] = {
    "request": set(),
    "province": {"request"},
    "registry": {"request", "province"},
    "allocation": {"request", "province"},
    "spec": {"allocation", "request", "province"},
    "compliance": {"spec", "allocation", "request", "province"},
    "stacks": {"spec"},
    "engine": {"stacks", "spec"},
    "cloud": {"spec", "allocation", "request", "province", "compliance"},
    "store": {"spec", "allocation", "request", "province"},
    "plan": {
        "allocation",
        "compliance",
        "registry",
        "spec",
        "engine",
        "cloud",
        "store",
        "request",
        "province",
        "toolchain",
    },
    "fleet": {"plan", "store", "request", "province"},
    # types only: it draws what other rooms found
    "output": {"compliance", "allocation", "cloud", "engine", "plan", "store", "request", "province"},
    "devcloud": set(),
    "toolchain": set(),
}
ROOMS["cli"] = set(ROOMS) - {"stacks"}
OUTSIDE = {"pulumi.automation": {"engine"}, "openstack": {"cloud"}, "sqlalchemy": {"store"}, "typer": {"cli"}}


def _imports(file: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def _files() -> list[Path]:
    package = [f for f in (ROOT / "govcloud").rglob("*.py") if not f.is_relative_to(ROOT / "govcloud/stacks")]
    return package + list((ROOT / "stacks").rglob("*.py"))


def _room(file: Path) -> str:
    parts = file.relative_to(ROOT).parts
    return parts[0] if parts[0] == "stacks" else parts[1].removesuffix(".py")


@pytest.mark.parametrize("file", _files(), ids=lambda f: str(f.relative_to(ROOT)))
def test_arrows_hold(file: Path) -> None:
    room = _room(file)
    for name in _imports(file):
        parts = name.split(".")
        if parts[0] == "govcloud" and room not in {"__main__", "__init__"} and len(parts) > 1:
            target = parts[1]
            allowed = ROOMS.get(room, set()) | OPEN | {room, "__version__"}
            assert target in allowed, f"{room} must not import {name}"
        for outside, rooms in OUTSIDE.items():
            if name == outside or name.startswith(f"{outside}."):
                assert room in rooms, f"only {', '.join(rooms)} may import {outside}, not {room}"


def test_every_room_is_on_the_plan() -> None:
    known = set(ROOMS) | OPEN | {"templates", "__main__", "__init__"}
    rooms = {p.name.removesuffix(".py") for p in (ROOT / "govcloud").iterdir()} - {"__pycache__", "py.typed"}
    assert rooms <= known


@pytest.mark.parametrize("file", _files(), ids=lambda f: str(f.relative_to(ROOT)))
def test_files_stay_small(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= 400
