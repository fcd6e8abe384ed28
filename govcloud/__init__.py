"""govcloud: a province's departments get isolated layers of one shared OpenStack cloud."""

from __future__ import annotations

__version__ = "0.1.0"
