"""Settings and folders, with where each value came from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict

from govcloud.config import ADDRESSES, Value, folders, hidden, settings
from govcloud.output.document import Cell, Data, Document, Heading, Paragraph, Part, Table
from govcloud.text import say

VARIABLES = {
    "config": "XDG_CONFIG_HOME",
    "cache": "XDG_CACHE_HOME",
    "data": "XDG_DATA_HOME",
    "state": "XDG_STATE_HOME",
}


def config_document(*, origin: bool, environment: Mapping[str, str] = os.environ) -> Document:
    """What is set, where things are kept; with `origin`, who said so. Passwords in addresses are not shown."""
    chosen = {
        name: Value(hidden(value.text), value.origin) if name in ADDRESSES else value
        for name, value in settings(environment=environment).items()
    }
    kept = _folders(environment)
    parts: tuple[Part, ...] = (
        Heading(say("config.settings")),
        _table(chosen, origin=origin, prefix="config"),
        Heading(say("config.folders")),
        _table(kept, origin=origin, prefix="config.folder"),
        Paragraph(say("config.files", user=folders(environment).config / "config.toml"), "dim"),
    )
    data: Data = {
        "settings": {name: _data(value) for name, value in chosen.items()},
        "folders": {name: _data(value) for name, value in kept.items()},
    }
    return Document("Config", data, parts)


def _folders(environment: Mapping[str, str]) -> Mapping[str, Value]:
    """Each folder; one that the XDG variables do not move is where it is by default."""
    usual = asdict(folders({"HOME": environment.get("HOME", "")}))
    here = asdict(folders(environment))
    return {
        name: Value(str(path), "default" if path == usual[name] else f"env {VARIABLES[name]}")
        for name, path in here.items()
    }


def _table(values: Mapping[str, Value], *, origin: bool, prefix: str) -> Table:
    columns = ["name", "value", *(["origin"] if origin else []), "meaning"]
    rows = tuple(
        (name, value.text or Cell("-", "dim"), *([_origin(value)] if origin else []), say(f"{prefix}.{name}"))
        for name, value in values.items()
    )
    return Table(tuple(say(f"config.column.{column}") for column in columns), rows)


def _origin(value: Value) -> str:
    return say("config.default") if value.origin == "default" else value.origin.removeprefix("env ")


def _data(value: Value) -> Data:
    return {"value": value.text, "origin": value.origin}
