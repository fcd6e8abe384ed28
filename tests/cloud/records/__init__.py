"""The records of a real tenancy: moved between machines and databases, shared by two machines, damaged, signed."""

from __future__ import annotations
