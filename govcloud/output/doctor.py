"""What the doctor found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from govcloud.output.checks import checks_document
from govcloud.output.document import Document

if TYPE_CHECKING:
    from govcloud.cloud.read.fitness import Check

_COLUMNS: Final = ("output.column.check", "output.column.message", "doctor.column.next")


def doctor_document(checks: Sequence[Check]) -> Document:
    """Every check of this machine and a site."""
    return checks_document("Doctor", "doctor", checks, _COLUMNS)
