"""What an apply brought about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govcloud.output.document import Data, Document, Paragraph, Part, Table
from govcloud.output.findings import findings, placed
from govcloud.text import say

if TYPE_CHECKING:
    from govcloud.plan.plan import Plan


def result_document(plan: Plan, *, has_id: bool, isolated: bool) -> Document:
    """The outcome of an apply; where the request does not write its tenancy's id, the line to add.

    Of one that is isolated it is said that nothing gets through.
    """
    allocation = plan.allocation
    parts: list[Part] = [Paragraph(say("output.result.done", tenancy=plan.tenancy, system=plan.system), "good")]
    if allocation is not None:
        rows = tuple((name, str(one.address), one.zone) for name, one in sorted(allocation.machines.items()))
        columns = tuple(say(f"output.column.{name}") for name in ("server", "address", "availability-zone"))
        parts.append(Table(columns, rows))
    if isolated:
        parts.append(Paragraph(say("output.result.isolated", tenancy=plan.tenancy), "bad"))
    if not has_id:
        parts.append(Paragraph(say("output.result.add-id", path=plan.path, tenancy=plan.tenancy), "strong"))
    data: Data = {
        "tenancy": plan.tenancy,
        "system": plan.system,
        "plan": plan.id,
        "changed": plan.changes,
        "isolated": isolated,
        "machines": {name: str(one.address) for name, one in (allocation.machines if allocation else {}).items()},
    }
    return Document("Applied", data, tuple(parts), tuple(placed(one, plan.path) for one in findings(plan.judgements)))
