"""The term of a request: from its first day to its last."""

from __future__ import annotations

import datetime as dt

from govcloud.errors import Problem
from govcloud.request.load import Loaded


def over(loaded: Loaded, today: dt.date) -> Problem | None:
    """That the term is over, or None: nothing is built any more, however right the file is."""
    until = loaded.request.until
    if until >= today:
        return None
    return Problem("plan.over", {"until": str(until)}, loaded.place(("until",)), "until")
