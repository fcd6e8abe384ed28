"""How things look: tables for people, formats for machines, progress while one waits."""

from __future__ import annotations
