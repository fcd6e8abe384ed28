"""Are the records whole, and do they fit each other?"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from govcloud.cloud.read.fitness import Check
from govcloud.engine.engine import fingerprint
from govcloud.plan.records import Records
from govcloud.store import texts
from govcloud.store.bucket import stack_of
from govcloud.store.database import sqlite_file
from govcloud.store.leases import all_leases
from govcloud.store.notes import ENCRYPTED_WITH, noted
from govcloud.store.runs import CHANGES, Run, all_runs
from govcloud.store.tenancies import Tenancy, all_tenancies, ledger


def examine_records(records: Records) -> Iterator[Check]:
    """Every check of the records; reads only. Raises where the store itself cannot be read, which says all."""
    states = {stack_of(name): content for name, content in records.state.read() if stack_of(name)}
    if not records.store.exists:
        # where nothing was ever done there is no state either
        yield Check("store", not states, {"names": ", ".join(sorted(states)) or "-"})
        return
    living, did = all_tenancies(records.store), all_runs(records.store)
    ledger(records.store)  # raises where a reservation cannot be read
    yield Check("store", True, {"names": records.store.id})
    yield _named("texts", _lost_texts(records, living))
    yield _passphrase(records)
    busy = {lease.name.removeprefix("department/") for lease in all_leases(records.store) if lease.alive}
    last = {run.tenancy: run for run in did if run.kind in CHANGES}
    standing = [one for one in living if one.stage == "active" and one.id not in busy and not _is_ending(one, last)]
    yield _named("stacks", {stack for tenancy in standing for stack in _stacks(tenancy)} - states.keys())
    known = {stack for tenancy in living for stack in _stacks(tenancy)}
    yield _named("strangers", states.keys() - known)
    read = {stack: _latest(content) for stack, content in states.items()}
    yield _named("readable", (stack for stack, latest in read.items() if latest is None))
    cut_off = [stack for stack, latest in read.items() if latest and latest.get("pending_operations")]
    left = [f"{run.tenancy} ({run.kind})" for run in last.values() if run.outcome != "done" and run.tenancy not in busy]
    # an engine that is at work has operations under way
    yield _named("unfinished", [*left, *(stack for stack in cut_off if stack.partition(".")[0] not in busy)])
    yield _named("private", _open_to_others(records))


def _named(name: str, bad: Iterable[str]) -> Check:
    names = sorted(set(bad))
    return Check(name, not names, {"names": ", ".join(names) or "-"})


def _lost_texts(records: Records, living: Iterable[Tenancy]) -> set[str]:
    """The user-data that machines were born with and the store no longer has."""
    needed = {pin.user_data for one in living if one.allocation for pin in one.allocation.servers.values()}
    return needed - texts.fetch(records.store, needed).keys()


def _passphrase(records: Records) -> Check:
    known, mine = noted(records.store, ENCRYPTED_WITH), fingerprint(records.passphrase, records.store.id)
    return Check("passphrase", known in (None, mine), {"names": str(records.passphrase)})


def _is_ending(tenancy: Tenancy, last: Mapping[str, Run]) -> bool:
    """Was its end begun, so that some of its stacks are gone?"""
    return tenancy.id in last and last[tenancy.id].kind == "destroy"


def _stacks(tenancy: Tenancy) -> Iterator[str]:
    yield from (f"{tenancy.id}.tenancy", f"{tenancy.id}.iaas")
    if tenancy.allocation:
        yield tenancy.allocation.domain


def _latest(content: bytes) -> Mapping[str, Any] | None:
    """The newest state of a stack, or None where it cannot be read."""
    try:
        return json.loads(content)["checkpoint"].get("latest") or {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _open_to_others(records: Records) -> Iterator[str]:
    """The files that others on this machine may read."""
    for file in (sqlite_file(records.store.url), records.passphrase):
        if file is not None and file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield str(file)
