"""Measurements, always beside something real in the same run; `make bench` runs them."""

from __future__ import annotations
