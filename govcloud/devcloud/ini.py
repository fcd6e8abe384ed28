"""Configuration as data: sections of options, written as an INI file."""

from __future__ import annotations

from collections.abc import Mapping

Option = str | int | bool
Sections = Mapping[str, Mapping[str, Option]]


def merged(*parts: Sections) -> Sections:
    """All sections of all parts; a later part wins."""
    found: dict[str, dict[str, Option]] = {}
    for part in parts:
        for name, options in part.items():
            found.setdefault(name, {}).update(options)
    return found


def ini(*parts: Sections) -> str:
    """The parts as INI text that oslo.config, MariaDB and supervisord read alike."""
    lines: list[str] = []
    for name, options in merged(*parts).items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {_text(value)}" for key, value in options.items()]
        lines.append("")
    return "\n".join(lines)


def _text(value: Option) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
