"""The few writes Pulumi cannot do; each is a step of a plan and stands in its record."""

from __future__ import annotations
