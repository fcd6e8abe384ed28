"""What the operator declares: the province, its sites, its departments, and waivers."""

from __future__ import annotations
