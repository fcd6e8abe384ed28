"""One way to write a spec down, and its digest."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any


def data(spec: Any) -> Any:
    """A spec as plain data: dataclasses become mappings, addresses and the like text."""
    if dataclasses.is_dataclass(spec) and not isinstance(spec, type):
        return {field.name: data(getattr(spec, field.name)) for field in dataclasses.fields(spec)}
    if isinstance(spec, dict):
        return {str(key): data(value) for key, value in spec.items()}
    if isinstance(spec, list | tuple):
        return [data(item) for item in spec]
    return spec if spec is None or isinstance(spec, bool | int | float | str) else str(spec)


def canonical(spec: Any) -> str:
    """The spec as canonical JSON: sorted keys, no blanks."""
    return json.dumps(data(spec), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(spec: Any) -> str:
    """sha256 over the canonical JSON, in hex."""
    return hashlib.sha256(canonical(spec).encode()).hexdigest()
