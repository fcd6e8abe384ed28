"""The machine form as YAML."""

from __future__ import annotations

import yaml

from govcloud.output.document import Document


def render(document: Document) -> str:
    """YAML in block style; keys keep the order the document gives them."""
    content = {"kind": document.kind, "data": document.data}
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
