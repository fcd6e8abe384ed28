"""Faults on purpose: a proxy in front of every service, processes that are killed, and what must hold afterwards."""

from __future__ import annotations
