"""The text of new files, from templates/request and templates/province."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from govcloud.province.kinds import KINDS, schema_text
from govcloud.request.write import write
from govcloud.text import say

SCHEMAS: Final = ".govcloud"  # beside province.yaml: where editors find the schemas
_FILES: Final = {
    "province.yaml": "province.yaml.j2",
    "sites/main.yaml": "site.yaml.j2",
    "departments/hrss/department.yaml": "department.yaml.j2",
}


def schema_file(kind: str) -> str:
    """Where the schema of a kind stands in an operator's repository."""
    return f"{SCHEMAS}/{kind}.schema.json"


def request_text(request: Mapping[str, Any], *, schema: str, file: str) -> str:
    """A request file; `schema` is the path of its schema as seen from it, `file` its own as people type it."""
    template = _templates().get_template("request/request.yaml.j2")
    return template.render(request=request, schema=schema, file=file)


def province_files() -> Mapping[str, str]:
    """A small working operator's repository: text by path."""
    files = {path: _templates().get_template(f"province/{name}").render() for path, name in _FILES.items()}
    return files | {schema_file(kind): schema_text(kind) for kind in KINDS}


@cache
def _templates() -> Environment:
    environment = Environment(  # noqa: S701 - YAML is written, not HTML; values go through the YAML writer
        loader=PackageLoader("govcloud", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["yaml"] = write
    # a filter's first argument is what it filters
    environment.filters["say"] = say
    return environment
