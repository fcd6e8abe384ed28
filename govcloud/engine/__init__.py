"""The engine room: the only importer of pulumi.automation. Workspaces, runs, steps, state, failures."""

from __future__ import annotations
