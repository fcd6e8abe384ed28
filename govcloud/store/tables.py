"""The tables. A change here is a new number in SCHEMA and a migration."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, MetaData, String, Table, Text

SCHEMA: Final = 1
metadata: Final = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

tenancies = Table(
    "tenancies",
    metadata,
    Column("id", String, primary_key=True),
    Column("site", String, nullable=False),
    Column("department", String, nullable=False),
    Column("system", String, nullable=False),
    Column("name", String, nullable=False),
    Column("environment", String, nullable=False),
    Column("path", String, nullable=False),  # of the request, inside the repository
    Column("until", String, nullable=False),
    Column("state", String, nullable=False),  # admitted, active, ended
    Column("isolated", Boolean, nullable=False, default=False),
    Column("hold", JSON),  # who, why, ticket, since
    Column("allocation", JSON),
    Column("digest", String, nullable=False, default=""),  # of the request last applied
    Column("changed", DateTime(timezone=True), nullable=False),
)

# the domain of a department on a site; the code may change, the domain stays
departments = Table(
    "departments",
    metadata,
    Column("site", String, primary_key=True),
    Column("department", String, primary_key=True),
    Column("domain", String, nullable=False),
)

reservations = Table(
    "reservations",
    metadata,
    Column("tenancy", String, primary_key=True),
    Column("plan", String, nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
    Column("allocation", JSON, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenancy", String, nullable=False, index=True),
    Column("kind", String, nullable=False),  # one of KINDS in runs.py
    Column("actor", String, nullable=False),
    Column("job", String, nullable=False, default=""),  # the CI job, where there is one
    Column("reason", Text, nullable=False, default=""),
    Column("plan", String, nullable=False, default=""),
    Column("started", DateTime(timezone=True), nullable=False),
    Column("ended", DateTime(timezone=True)),
    Column("outcome", String, nullable=False),  # running, done, failed, interrupted, lost
    Column("record", JSON, nullable=False),  # steps, findings, decision: never a secret
)

leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("run", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("command", String, nullable=False),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("born", String, nullable=False),  # when that process started, by its kernel's clock
    Column("since", DateTime(timezone=True), nullable=False),
    Column("renewed", DateTime(timezone=True), nullable=False),
)

texts = Table(
    "texts",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("content", Text, nullable=False),
)
