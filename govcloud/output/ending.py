"""What destroying a tenancy would take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govcloud.output.document import Branch, Cell, Document, Heading, Paragraph
from govcloud.text import say

if TYPE_CHECKING:
    from govcloud.plan.destroy import Ending


def ending_document(ending: Ending) -> Document:
    """Everything that would go, by stack."""
    resources = ending.resources
    tenancy = ending.tenancy
    branches = tuple(Branch(Cell(f"- {name}", "bad")) for name in sorted(resources))
    title = say("output.ending.title", tenancy=tenancy.id, system=tenancy.system, name=tenancy.name)
    return Document(
        "Ending",
        {"tenancy": tenancy.id, "resources": resources},
        (
            Heading(title),
            Branch(Cell(say("output.ending.resources", count=len(resources)), "bad"), branches),
            Paragraph(say("output.ending.loss"), "bad"),
        ),
    )
