"""The machine form as JSON."""

from __future__ import annotations

import json

from govcloud.output.document import Document


def render(document: Document) -> str:
    """JSON with two spaces of indentation; keys keep the order the document gives them."""
    return json.dumps({"kind": document.kind, "data": document.data}, ensure_ascii=False, indent=2)
