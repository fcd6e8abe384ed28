"""Compliance (合规): rules as data and small pure functions over one model, planned or live."""

from __future__ import annotations
