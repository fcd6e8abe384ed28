"""State and locks of dead engines in a database, where they are named as the engine names them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import psycopg
import pulumi
import pytest

from govcloud.engine import runs
from govcloud.engine.engine import Engine
from govcloud.engine.runs import Job
from govcloud.errors import Locked
from govcloud.events import ignore
from govcloud.store.bucket import open_bucket
from tests.engine.conftest import boxes
from tests.postgresql import Server

LOCKED = "SELECT key FROM pulumi_state WHERE key LIKE '%/locks/%'"


def test_a_dead_engines_lock_goes_with_its_stack_or_without(engine: Engine, job: Job, postgresql: Server) -> None:
    database = postgresql.database()
    bucket = open_bucket(postgresql.address(database, "postgres"))
    bucket.make()
    address = postgresql.address(database, "postgres")
    there = replace(engine, backend=address, create=bucket.create, clear=bucket.clear)
    with psycopg.connect(postgresql.address(database), autocommit=True) as connection:

        def keys() -> list[str]:
            return [str(key) for (key,) in connection.execute(LOCKED).fetchall()]

        seen: list[str] = []

        def program() -> Mapping[str, pulumi.Output[str]]:
            seen.extend(keys())
            return boxes("a")()

        runs.up(there, replace(job, program=program), ignore, exists=False)
        assert len(seen) == 1
        assert keys() == []
        held = json.dumps({"pid": 1, "username": "u", "hostname": "h", "timestamp": "2026-11-24T00:00:00Z"})
        content = json.dumps({"data": base64.b64encode(held.encode()).decode()})
        another = job.stack.replace("aaaaaa", "bbbbbb")
        for stack in (job.stack, another):
            dead = seen[0].replace(job.stack, stack)
            connection.execute("INSERT INTO pulumi_state (key, data) VALUES (%s, %s)", (dead, content))
        # one stack is there, the other was never made, or is gone
        for stack in (job.stack, another):
            of_it = replace(job, stack=stack)
            with pytest.raises(Locked):
                runs.up(there, of_it, ignore, exists=stack == job.stack)
            runs.unlock(there, of_it)
            runs.up(there, of_it, ignore, exists=stack == job.stack)
            assert len(keys()) == (stack == job.stack)


def test_a_state_is_read_as_an_engine_would_tell_it(engine: Engine, job: Job, postgresql: Server) -> None:
    address = postgresql.address(postgresql.database(), "postgres")
    bucket = open_bucket(address)
    assert bucket.fetch(job.stack) is None
    bucket.make()
    told = replace(engine, backend=address, fetch=lambda _: None, create=bucket.create, clear=bucket.clear)
    runs._init(told, job)
    bucket.create(job.stack, b"another")
    assert runs.read(told, job).exists, "one that is there stays"
    runs.up(told, job, ignore, exists=True)
    found = runs.read(replace(told, fetch=bucket.fetch, command=Path("/nowhere/pulumi")), job)
    assert found == runs.read(told, job)
    assert found.exported == runs.read(told, job).exported
    assert bucket.fetch("t-bbbbbb.iaas") is None
