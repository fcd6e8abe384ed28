"""Secrets: values nobody else has stand in every place for a secret, and are looked for everywhere else."""

from __future__ import annotations
