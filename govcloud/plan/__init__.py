"""From a request to a change: draft, admission, plan, guard, apply, destroy, drift."""

from __future__ import annotations
