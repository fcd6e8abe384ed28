"""Durable records: tenancies and what they were given, reservations, runs, leases, texts.

SQLite for one machine, PostgreSQL for a province: SQLAlchemy Core speaks to both, so there is one set of tables
and no SQL of our own twice.
"""

from __future__ import annotations
